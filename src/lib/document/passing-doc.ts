import * as Y from 'yjs';

/** A document that is read and thrown away: without the random name that Yjs draws for each in 32 calls of the browser's generator. */
export function passingDoc(): Y.Doc {
	return new Y.Doc({ guid: '' });
}
