import type { Language } from './desk-config.ts';

/**
 * Text modules and signatures: text with variables, `{{customer.name}}`, or with what stands there instead,
 * `{{customer.firstName|there}}`.
 *
 * TM1 A variable without a value becomes its fallback; without a fallback it goes, and the space and comma that belonged to it too.
 * TM2 After "Dear" or "Sehr geehrte" a name that is missing becomes a form of address: no mail begins with "Dear ,".
 * TM3 Values are text: a value that looks like a variable stays as it is.
 * TM4 A variable that nobody knows is told, and a customer never sees its braces.
 * TM5 Where a person goes on writing (`keepUnknown`), it stays in its braces, to be filled in before anything is sent.
 */
export const textVariables = [
	'salutation',
	'customer.name',
	'customer.firstName',
	'customer.lastName',
	'customer.address',
	'agent.name',
	'agent.firstName',
	'agent.mail',
	'line.name',
	'line.address',
	'desk.name',
	'ticket.number',
	'ticket.subject',
] as const;
export type TextVariable = (typeof textVariables)[number];
export type TextValues = Partial<Record<TextVariable, string | undefined>>;

export interface RenderedText {
	text: string;
	/** Variables that had neither a value nor a fallback. */
	missing: TextVariable[];
	/** What stood in braces and is no variable. */
	unknown: string[];
}

const variable = /\{\{\s*([A-Za-z][\w.]{0,40})\s*(?:\|([^{}]{0,200}))?\}\}/g;
const isTextVariable = (name: string): name is TextVariable => (textVariables as readonly string[]).includes(name);

export function renderText(
	template: string,
	values: TextValues,
	language: Language,
	{ keepUnknown = false } = {},
): RenderedText {
	const missing: TextVariable[] = [];
	const unknown: string[] = [];
	let text = '';
	let end = 0;
	for (const match of template.matchAll(variable)) {
		const [whole, name = '', fallback] = match;
		text += template.slice(end, match.index);
		end = match.index + whole.length;
		const value = isTextVariable(name) ? valueOf(name, values, language) : undefined;
		if (!isTextVariable(name)) unknown.push(name);
		if (keepUnknown && !isTextVariable(name) && fallback === undefined) {
			text += whole;
			continue;
		}
		const instead = value ?? (fallback?.trim() || undefined);
		if (instead !== undefined) {
			text += instead;
			continue;
		}
		if (isTextVariable(name)) missing.push(name);
		const address = name.startsWith('customer.') ? addressed(text, language) : undefined;
		if (address !== undefined) {
			text = address;
			continue;
		}
		// A space belongs to what is gone: "Hello {{name}}," becomes "Hello,".
		const hasRest = /^[^\S\n]*\S/.test(template.slice(end));
		const stray = /^[,;:][^\S\n]*/.exec(template.slice(end))?.[0];
		if (stray !== undefined && /(^|\n)[^\S\n]*$/.test(text)) end += stray.length;
		else if (!hasRest || /^[.,;:!?)]/.test(template.slice(end))) text = text.replace(/[^\S\n]+$/, '');
		else if (/(^|\s)$/.test(text)) end += /^[^\S\n]?/.exec(template.slice(end))?.[0].length ?? 0;
	}
	return { text: text + template.slice(end), missing, unknown };
}

/** Greets by name, or without one in a way that is still a greeting. */
export function salutation(name: string | undefined, language: Language): string {
	const known = name?.trim() ?? '';
	if (language === 'de') return known === '' ? 'Guten Tag,' : `Guten Tag ${known},`;
	return known === '' ? 'Hello,' : `Hello ${known},`;
}

function valueOf(name: TextVariable, values: TextValues, language: Language): string | undefined {
	const given = values[name]?.trim();
	if (given) return given;
	const customer = nameParts(values['customer.name']);
	if (name === 'salutation') return salutation(customer?.whole, language);
	if (name === 'customer.firstName') return customer?.first;
	if (name === 'customer.lastName') return customer?.last;
	if (name === 'agent.firstName') return nameParts(values['agent.name'])?.first;
	return undefined;
}

function nameParts(name: string | undefined): { whole: string; first: string; last: string | undefined } | undefined {
	const whole = name?.trim() ?? '';
	const [turnedLast, turnedFirst] = whole.split(/\s*,\s*/);
	// "Weiß, Kim" is Kim Weiß.
	const words = turnedFirst ? [...turnedFirst.split(/\s+/), turnedLast ?? ''] : whole.split(/\s+/);
	const [first = ''] = words;
	if (first === '') return undefined;
	return { whole, first, last: words.length > 1 ? words.at(-1) : undefined };
}

const german =
	/(Sehr\s+)?geehrte(?:r|\/r|\(r\)|:r|\*r|r\/geehrte)?(?:\s+(?:Frau|Herr|Frau\/Herr|Herr\/Frau))?[^\S\n]*$/i;
const english = /Dear(?:\s+(?:Mr|Mrs|Ms|Mx)\.?)?[^\S\n]*$/i;

/** The text with a form of address in the place of the name that is missing, if it ends in one that needs a name. */
function addressed(before: string, language: Language): string | undefined {
	if (german.test(before)) return before.replace(german, 'Sehr geehrte Damen und Herren');
	if (!english.test(before)) return undefined;
	return before.replace(english, language === 'de' ? 'Sehr geehrte Damen und Herren' : 'Dear Sir or Madam');
}
