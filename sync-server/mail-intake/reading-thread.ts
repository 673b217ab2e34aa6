import { parentPort, workerData } from 'node:worker_threads';
import { readHere } from './read-mail.ts';

parentPort?.postMessage(await readHere(workerData as Uint8Array));
