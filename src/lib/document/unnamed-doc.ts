import * as Y from 'yjs';

/** A document without the random name that Yjs draws for each in 32 calls of the browser's generator: here the record's id names it. */
export function unnamedDoc(): Y.Doc {
	return new Y.Doc({ guid: '' });
}
