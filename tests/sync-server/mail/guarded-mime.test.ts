import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';

test('the parser still has the inside that GuardedMime overrides; if this fails, check sync-server/mail/guarded-mime.ts line by line', () => {
	const parser = new PostalMime() as unknown as Record<string, unknown>;
	for (const method of ['processLine', 'collectNode', 'isInlineTextNode', 'buildMessage']) {
		expect(typeof parser[method], method).toBe('function');
	}
	const node = parser.currentNode as Record<string, unknown>;
	expect(node.state).toBe('header');
	expect(Object.keys(node)).toEqual(
		expect.arrayContaining([
			'depth',
			'headerLines',
			'childNodes',
			'contentDecoder',
			'contentTransferEncoding',
			'contentType',
			'content',
		]),
	);
});
