import { readFile } from 'node:fs/promises';
import { Hono } from 'hono';
import type * as Y from 'yjs';
import { parseEntry, readMeta, roots } from '../../src/lib/document/record-document.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { pictureRequestSchema, type PictureRefusal, type PictureRequest } from '../../src/lib/protocol/picture.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { DeviceIdentity, Identify } from '../device-identity.ts';
import { refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';
import { fetchPicture, type FetchPolicy } from './fetch-picture.ts';
import { picturesInHtml } from './pictures-in-html.ts';

export interface PictureRouteParts {
	identityOf: Identify;
	maySee(identity: DeviceIdentity, document: string): boolean;
	readDocument(document: DocumentId): Y.Doc | undefined;
	blobs: Pick<BlobStore, 'find'>;
	/** Where pictures may come from; the public web unless a test says otherwise. */
	policy?: FetchPolicy | undefined;
}

/** So many at once: a mail full of pictures comes in turns, and no device takes all of the relay's connections. */
const mostOfADevice = 4;
const mostOfAll = 24;

const reasons: Record<PictureRefusal, CloseReason> = {
	'not-in-mail': 'not-found',
	'address-refused': 'not-found',
	'no-answer': 'not-found',
	'not-a-picture': 'not-found',
	'too-big': 'too-big',
};

/** The route of `/pictures`, as protocol/picture.ts names it. */
export function pictureRoutes(parts: PictureRouteParts): Hono {
	const app = new Hono();
	const fetching = new Map<string, number>();
	let all = 0;

	app.post('/', async (c) => {
		const identified = parts.identityOf(c.req.raw.headers);
		if (identified.kind === 'refused') return refuse(c, identified.reason);
		const { identity } = identified;
		const body = await readJson(c.req.raw, pictureRequestSchema);
		if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
		const refusePicture = (why: PictureRefusal) => refuse(c, reasons[why], why);
		const { device } = identity;
		const own = fetching.get(device) ?? 0;
		if (own >= mostOfADevice || all >= mostOfAll) return refuse(c, 'too-many');
		fetching.set(device, own + 1);
		all++;
		try {
			if (!(await standsInMail(parts, identity, body.value))) return refusePicture('not-in-mail');
			const fetched = await fetchPicture(body.value.url, parts.policy);
			if (fetched.kind === 'refused') return refusePicture(fetched.why);
			// The relay's own policy for pages does not belong on a stranger's bytes: alone, they are an inert file.
			return c.body(Uint8Array.from(fetched.bytes), 200, {
				'content-type': fetched.type,
				'content-disposition': 'attachment',
				'content-security-policy': "default-src 'none'; sandbox",
				'x-content-type-options': 'nosniff',
				'cache-control': 'no-store',
			});
		} finally {
			all--;
			const left = (fetching.get(device) ?? 1) - 1;
			if (left > 0) fetching.set(device, left);
			else fetching.delete(device);
		}
	});
	return app;
}

/** The relay is nobody's proxy: it fetches what stands in a message that this device sees, and nothing else. */
async function standsInMail(
	{ maySee, readDocument, blobs }: PictureRouteParts,
	identity: DeviceIdentity,
	{ document, entry: id, url }: PictureRequest,
): Promise<boolean> {
	if (!URL.canParse(url) || !maySee(identity, document)) return false;
	const doc = readDocument(document);
	const meta = doc === undefined ? undefined : readMeta(doc);
	if (doc === undefined || meta === undefined) return false;
	const entry = parseEntry(meta.kind, doc.getMap(roots.entries).get(id));
	if (entry === undefined) return false;
	const { href } = new URL(url);
	if ('html' in entry && entry.html !== undefined && picturesInHtml(entry.html).has(href)) return true;
	if (!('htmlBlob' in entry) || entry.htmlBlob === undefined) return false;
	const reader = { device: identity.device, maySee: (named: string) => maySee(identity, named) };
	const file = blobs.find(entry.htmlBlob, reader);
	if (file === undefined || file.size > limits.blobBytes) return false;
	const whole = await readFile(file.path, 'utf8').catch(() => '');
	return picturesInHtml(whole).has(href);
}
