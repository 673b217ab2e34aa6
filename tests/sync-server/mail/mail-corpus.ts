import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseMail } from '../../../sync-server/mail/parse-mail.ts';
import type { MailLimits, ParsedMail } from '../../../sync-server/mail/parsed-mail.ts';

const folder = new URL('./corpus/', import.meta.url);

export function corpusPath(name: string): string {
	return fileURLToPath(new URL(name, folder));
}

export function corpusMail(name: string): Uint8Array {
	return readFileSync(corpusPath(name));
}

export function corpusMailNames(): string[] {
	return readdirSync(folder).filter((name) => name.endsWith('.eml'));
}

export async function parsed(raw: Uint8Array | string, limits?: Partial<MailLimits>): Promise<ParsedMail> {
	const result = await parseMail(typeof raw === 'string' ? Buffer.from(raw) : raw, limits);
	if (result.kind === 'refused') throw new Error(`refused: ${result.reason}: ${result.detail}`);
	return result.mail;
}

export async function refusal(raw: Uint8Array | string, limits?: Partial<MailLimits>): Promise<string> {
	const result = await parseMail(typeof raw === 'string' ? Buffer.from(raw) : raw, limits);
	return result.kind === 'refused' ? result.reason : 'parsed';
}

/** A mail with these header lines and body. */
export function mailOf(headers: string[], body = ''): string {
	return ['From: anna@kunde.example', 'Subject: x', ...headers, '', body].join('\r\n');
}
