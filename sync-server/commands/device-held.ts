import * as v from 'valibot';
import { heldPageSchema, type HeldCounts, type HeldItem } from '../../src/lib/protocol/held.ts';
import { deviceIdSchema } from '../../src/lib/domain/ids.ts';
import type { Command } from './command.ts';
import { OperationRefused, type Operation } from './operation.ts';

const inputSchema = v.strictObject({ device: deviceIdSchema });

/** What a device held: first the counts, then every record, a page at a time so that the relay serves others in between. */
export const readHeld: Operation = async function* ({ auth, audit, held }, input) {
	const { device } = v.parse(inputSchema, input);
	const known = auth.mayAskHeld('command', device);
	if (known.kind === 'refused') throw new OperationRefused(`There is no device ${device}.`);
	audit.add('command', 'device-held', device);
	let after: number | undefined;
	do {
		const page = held.page(known.value, after);
		if (after === undefined) yield { ...page, items: [] };
		yield* page.items;
		after = page.next ?? undefined;
		await new Promise((resolve) => setImmediate(resolve));
	} while (after !== undefined);
};

export const deviceHeldCommand: Command = {
	usage: 'device held DEVICE [--json]',
	help: 'what a device held when it was last here, for the day on which it is lost',
	shape: { switches: ['json'], words: { most: 1 } },
	async run({ line, reachDesk, print, complain }) {
		const input = v.safeParse(inputSchema, { device: line.words[0] });
		if (!input.success) {
			complain('DEVICE is not the id of a device. `tresen audit` and the members screen name them.');
			return 2;
		}
		const desk = await reachDesk();
		try {
			for await (const said of desk.run('read-held', input.output)) {
				if (line.has('json')) print(JSON.stringify(said));
				else {
					const page = v.safeParse(heldPageSchema, said);
					print(page.success ? summary(page.output) : sentence(said as HeldItem));
				}
			}
			return 0;
		} finally {
			await desk.close();
		}
	},
};

function summary(page: { lastContactAt: number | null; isComplete: boolean; counts: HeldCounts }): string {
	const { ticket, person, organisation, article, interaction, files, possible } = page.counts;
	const last = page.lastContactAt === null ? 'never' : new Date(page.lastContactAt).toISOString();
	return [
		`Last contact: ${last}`,
		`${ticket} tickets, ${person} people, ${organisation} organisations, ${article} articles, ${interaction} contacts, ${files} files`,
		`The relay sent all of these but ${possible}, which the device was allowed to have.`,
		...(page.isComplete ? [] : ['Its first sync had not ended: it may have less.']),
	].join('\n');
}

function sentence({ kind, number, title, certainty, erased, document, files }: HeldItem): string {
	const name = [number ?? '', title ?? (erased ? '(erased since)' : '(unreadable)')].filter(Boolean).join(' ');
	return `${certainty}  ${kind}  ${name}  ${document}${files.length === 0 ? '' : `  files: ${files.join(', ')}`}`;
}
