import { describe, expect, test } from 'vitest';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { roots } from '../../../src/lib/document/record-document.ts';
import { csvToArticles } from '../../../sync-server/articles/csv-articles.ts';
import { fileToArticle, type PortableArticle } from '../../../sync-server/articles/portable-article.ts';
import { importArticles } from '../../../sync-server/commands/import-articles.ts';
import { splitMbox } from '../../../sync-server/mail/mbox.ts';
import { runRelay, setUp } from '../running-relay.ts';
import { chanceFrom, fuzz, fuzzTimeout, type Chance } from './fuzzing.ts';
import { damaged } from './update-grammar.ts';

// eslint-disable-next-line no-control-regex
const control = /[\0-\x08\x0b\x0c\x0e-\x1f]/;

describe('files from outside', { timeout: fuzzTimeout }, () => {
	test('mails become tickets, or are refused with a reason, and never half of both', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const { mails, relay: core, database } = relay.installation;
		const count = (table: string) => Number(database.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
		const outcomes = new Set<string>();
		let last = mail(chanceFrom(0));
		await fuzz('mails', 40, async (chance) => {
			const before = count('docs');
			if (!chance.oneIn(6)) last = chance.oneIn(9) ? new Uint8Array(chance.upTo(3)) : mail(chance);
			const line = await mails.take(last, 'fuzz.eml', { live: chance.oneIn(2) });
			outcomes.add(line.outcome);
			if (line.outcome === 'refused') {
				expect(line.reason).toMatch(/^[a-z][a-z-]+$/);
				expect(count('docs')).toBe(before);
				return;
			}
			const doc = core.read(core.documentWithNumber(line.ticket as never) as DocumentId);
			const entries = Object.values(doc?.getMap(roots.entries).toJSON() ?? {}) as Record<string, unknown>[];
			const messages = entries.filter(({ kind }) => kind === 'message');
			expect(messages.length).toBeGreaterThan(0);
			for (const { html = '', text } of messages) {
				expect(html).not.toMatch(/<script|<style|<iframe|<base|<form|="\s*javascript:|<[^>]*\son\w+=/i);
				expect(String(html) + String(text)).not.toMatch(control);
			}
		});
		expect([...outcomes].sort()).toEqual(['created', 'duplicate', 'followed-up', 'refused']);
	});

	test('a mailbox file is split into its mails, whatever stands between them', async () => {
		await fuzz('mailboxes', 120, async (chance) => {
			const bytes = Buffer.concat(
				chance.some(5, () => Buffer.concat([Buffer.from(chance.of(separators)), mail(chance)])),
			);
			let sum = 0;
			for await (const found of splitMbox(inPieces(chance, bytes), 20_000)) {
				if ('raw' in found) sum += (found.raw as Uint8Array).length;
			}
			expect(sum).toBeLessThanOrEqual(bytes.length);
		});
	});

	test('tables and Markdown become articles, or problems with their line', async () => {
		const relay = await runRelay();
		await setUp(relay);
		const kinds = new Set<string>();
		await fuzz('articles', 40, async (chance) => {
			const text = chance.oneIn(2) ? table(chance) : markdown(chance);
			const articles: PortableArticle[] = [];
			if (text.kind === 'table') {
				const read = csvToArticles(text.file, 'de');
				kinds.add(`table ${read.kind}`);
				for (const { line, message } of read.problems) expect([line >= 0, message.length > 3]).toEqual([true, true]);
				if (read.kind === 'ok') articles.push(...read.articles.map(({ article }) => article));
			} else {
				const read = fileToArticle('folder/fuzz.md', text.file, 'de');
				kinds.add(`markdown ${read.kind}`);
				if (read.kind === 'ok') articles.push(read.article);
				else
					for (const { line, message } of read.problems) expect([line >= 0, message.length > 3]).toEqual([true, true]);
			}
			if (articles.length === 0) return;
			const body = JSON.stringify({ articles: articles.map((article) => ({ article, file: 'fuzz', line: 1 })) });
			const lines = importArticles(relay.installation, { dryRun: false }, new TextEncoder().encode(body));
			for await (const line of lines) {
				const { outcome, reason } = line as { outcome: string; reason?: string };
				kinds.add(outcome);
				expect(['created', 'updated', 'unchanged', 'refused']).toContain(outcome);
				if (outcome === 'refused') expect(reason).not.toBe('');
			}
			for (const { id } of articles) {
				const stored = JSON.stringify(relay.installation.relay.read(id)?.toJSON() ?? {});
				expect(stored).not.toMatch(/href=\\"\s*javascript:/i);
			}
		});
		for (const kind of ['table ok', 'table refused', 'markdown ok', 'markdown refused', 'created']) {
			expect([...kinds]).toContain(kind);
		}
	});
});

const separators = ['From a@b.example Thu Jan  1 00:00:00 2026\n', 'From \r\n', '\nFrom x\n', '>From x\n', '\n\n', ''];

async function* inPieces(chance: Chance, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length;) {
		const length = 1 + chance.upTo(chance.oneIn(3) ? 3 : 900);
		yield bytes.subarray(at, at + length);
		at += length;
	}
	await Promise.resolve();
}

const addresses = [
	'eva@customer.example',
	'"a\r\nBcc: x@y" <eva@customer.example>',
	'support@desk.example',
	'<>',
	'=?utf-8?B?PHNjcmlwdD4=?= <x@y.example>',
	'a@b, c@d;e:f@g;',
	'"\u202emoc.elpmaxe" <x@xn--80ak6aa92e.example>',
	`${'a'.repeat(400)}@b.example`,
	'',
];
const words = [
	'Hello',
	'=?utf-8?Q?=00=1B[31m?=',
	'Re: Re: AW: x',
	'<script>alert(1)</script>',
	'../../etc/passwd',
	'x'.repeat(3_000),
	'\u202e',
	'',
	'W=C3=BC',
];
const markup = [
	'<p>text',
	'<img src=x onerror=alert(1)>',
	'<a href="jav&#x09;ascript:alert(1)">x</a>',
	'<svg><script>alert(1)</script></svg>',
	'<style>@import "//x"</style>',
	'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
	'<iframe srcdoc="<script>alert(1)</script>">',
	'<!--',
	'</p>',
	'<b>'.repeat(50),
	'&#0;&#x1b;',
	'<form action=//x><input name=y>',
	'<base href=//x>',
];

function mail(chance: Chance): Uint8Array {
	const known = '<thread-1@customer.example>';
	const headers = [
		...(chance.oneIn(8) ? [] : [`From: ${chance.of(addresses)}`]),
		`To: ${chance.of(addresses)}`,
		`Subject: ${chance.of(words)}`,
		`Message-ID: ${chance.of([known, `<${chance.upTo(1e9)}@customer.example>`, '<>', 'x', known.repeat(50)])}`,
		...(chance.oneIn(3) ? [`In-Reply-To: ${known}`] : []),
		...(chance.oneIn(4) ? [`References: ${known} ${'<x@y>'.repeat(chance.upTo(300))}`] : []),
		...(chance.oneIn(3) ? [`Date: ${chance.of(['Thu, 1 Jan 2026 10:00:00 +0100', 'Tue, 99 Mar', '1e308', ''])}`] : []),
		...(chance.oneIn(6) ? ['Auto-Submitted: auto-replied'] : []),
		...(chance.oneIn(9) ? [`X-${'y'.repeat(200)}: ${'z'.repeat(chance.oneIn(9) ? 200_000 : 10)}`] : []),
	];
	const text = `${headers.join('\r\n')}\r\n${part(chance, 0)}`;
	const bytes = Buffer.from(text, chance.oneIn(3) ? 'latin1' : 'utf8');
	return chance.oneIn(5) ? damaged(chance, bytes) : bytes;
}

function part(chance: Chance, depth: number): string {
	if (depth < 4 && chance.oneIn(2)) {
		const boundary = chance.of(['a', 'a b', '=_', `${depth}`]);
		const parts = chance.some(3, () => `--${boundary}\r\n${part(chance, depth + 1)}\r\n`).join('');
		const type = chance.of(['mixed', 'alternative', 'related', 'report; report-type=delivery-status']);
		return `Content-Type: multipart/${type}; boundary="${boundary}"\r\n\r\n${parts}${chance.oneIn(4) ? '' : `--${boundary}--\r\n`}`;
	}
	const type = chance.of([
		'text/plain',
		'text/html',
		'text/html',
		'image/svg+xml',
		'message/rfc822',
		'message/delivery-status',
		'text/calendar',
		'x',
	]);
	const charset = chance.of(['utf-8', 'latin1', 'utf-16', 'utf-7', 'x-none', '']);
	const encoded = chance.of(['7bit', '8bit', 'base64', 'quoted-printable', 'x']);
	const name = chance.oneIn(3) ? `Content-Disposition: attachment; filename="${chance.of(words)}"\r\n` : '';
	const content = chance.some(6, () => chance.of([...markup, ...words])).join('\r\n');
	const body = encoded === 'base64' && !chance.oneIn(4) ? Buffer.from(content).toString('base64') : content;
	return `Content-Type: ${type}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoded}\r\n${name}\r\n${body}`;
}

interface FileText {
	kind: 'table' | 'markdown';
	file: string;
}

function table(chance: Chance): FileText {
	const separator = chance.of([',', ';', '\t']);
	const columns = [
		'title',
		'body',
		'steps',
		'answer',
		'system',
		'category',
		'level',
		'lines',
		'tags',
		'language',
		'state',
		'visibility',
		'id',
	];
	const used = chance.oneIn(5)
		? chance.some(4, () => chance.of([...columns, 'x', '', '__proto__']))
		: columns.filter((name) => name === 'title' || chance.oneIn(2));
	const cell = () =>
		chance.of([
			'Printer',
			'"a ""quoted"" cell"',
			'"two\nlines"',
			'=cmd|/c calc',
			'"unfinished',
			'de',
			'support',
			'1',
			'9',
			'draft',
			'published',
			'Windows',
			'Group > Thing',
			'a|b|c',
			'<script>x</script>',
			'[x](javascript:alert(1))',
			'\0',
			'',
			'x'.repeat(500),
		]);
	const rows = chance.some(6, () =>
		Array.from({ length: chance.oneIn(6) ? chance.upTo(9) : used.length }, cell).join(separator),
	);
	return { kind: 'table', file: [used.join(separator), ...rows].join(chance.of(['\n', '\r\n', '\r'])) };
}

function markdown(chance: Chance): FileText {
	const value = () =>
		chance.of([
			'x',
			'"x"',
			'[a, b]',
			'{a: 1}',
			'- a',
			'"',
			'&a *a',
			'!!js/function x',
			'2026-01-01',
			'',
			'01J00000000000000000000000',
			'de',
			'published',
			'1',
		]);
	const name = () =>
		chance.of([
			'id',
			'language',
			'title',
			'pattern',
			'state',
			'lines',
			'tags',
			'type',
			'system',
			'category',
			'level',
			'permissions',
			'files',
			'x',
			'__proto__',
		]);
	const head = chance.oneIn(3)
		? ''
		: `---\n${chance.some(6, () => `${name()}: ${value()}\n`).join('')}${chance.oneIn(8) ? '' : '---\n'}`;
	const block = () =>
		chance.of([
			'# Title',
			'## Frage',
			'## Steps',
			'<!-- steps -->',
			'<!-- answer -->',
			'1. one\n2. two',
			'- a\n  - b\n    - c',
			'> '.repeat(60) + 'x',
			'[x](javascript:alert(1))',
			'![x](http://x/y.png)',
			'```\ncode',
			'<script>alert(1)</script>',
			'**b _i_ ~~s~~**',
			'|a|b|\n|-|-|',
			'[a]: javascript:x\n\n[a]',
			'\0',
			'x'.repeat(2_000),
			'&#106;avascript:x',
			'*'.repeat(200),
			'['.repeat(300),
		]);
	return { kind: 'markdown', file: head + chance.some(12, block).join('\n\n') };
}
