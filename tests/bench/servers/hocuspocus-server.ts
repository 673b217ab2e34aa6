// Hocuspocus as its documentation sets it up, without extensions.
import { Server } from '@hocuspocus/server';

const server = new Server({ port: 0, address: '127.0.0.1', quiet: true });
await server.listen();
console.log(`http://127.0.0.1:${server.address.port}`);
