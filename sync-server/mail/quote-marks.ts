/**
 * How mail programs mark what they quote, as classes of ours that survive sanitising: `mail-quote` around a quote,
 * `mail-quote-start` where all that follows is quoted, `mail-signature` around a signature. Whoever shows the mail may fold these.
 */
const quotes = new Set([
	'gmail_quote',
	'gmail_quote_container',
	'yahoo_quoted',
	'protonmail_quote',
	'tutanota_quote',
	'moz-cite-prefix',
	'zmail_extra',
	'ox-quote',
]);
const signatures = new Set(['gmail_signature', 'moz-signature', 'protonmail_signature_block', 'yahoo-signature']);
const starts = new Set(['divrplyfwdmsg', 'appendonsend', 'mail-editor-reference-message-container', 'reply-intro']);
const signatureIds = new Set(['signature', 'ms-outlook-mobile-signature']);
/** What was cleaned before stays as it is. */
const ownMarks = new Set(['mail-quote', 'mail-quote-start', 'mail-signature']);
const most = 500;

export function quoteMark(tagName: string, attributes: Readonly<Record<string, string>>): string | undefined {
	const classes = (attributes.class ?? '').slice(0, most).toLowerCase().split(/\s+/);
	const own = classes.find((name) => ownMarks.has(name));
	if (own !== undefined) return own;
	const id = (attributes.id ?? '').trim().toLowerCase();
	if (starts.has(id)) return 'mail-quote-start';
	if (classes.some((name) => quotes.has(name)) || (tagName === 'blockquote' && attributes.type === 'cite'))
		return 'mail-quote';
	return classes.some((name) => signatures.has(name)) || signatureIds.has(id) ? 'mail-signature' : undefined;
}
