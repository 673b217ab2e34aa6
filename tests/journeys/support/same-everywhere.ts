import { expect } from '@playwright/test';
import type { Ticket } from '../../../src/lib/domain/fold-ticket.ts';
import type { Device } from './device.ts';
import { readDevice, type DeviceContent } from './device-content.ts';
import type { RelayProcess } from './relay-process.ts';

interface ExportedTicket {
	number: string;
	subject: string;
	status: string;
	assignee: string | null;
	priority: number;
	tags: string[];
	messages: { id: string; text: string; attachments: { name: string; sha256: string }[] }[];
}

/** Nothing waits anywhere, and all devices and the relay hold the same, entry by entry. */
export async function expectSameEverywhere(relay: RelayProcess, ...devices: Device[]): Promise<DeviceContent> {
	for (const device of devices) await device.isCurrent();
	const read = () => Promise.all(devices.map(({ page }) => readDevice(page)));
	let contents = await read();
	await expect(async () => {
		contents = await read();
		for (const { unsent } of contents) expect(unsent).toBe(0);
		for (const content of contents.slice(1)) {
			expect(content.records).toEqual(contents[0]!.records);
			expect(content.rows).toEqual(contents[0]!.rows);
		}
		expect(new Set(contents.map(({ hash }) => hash)).size).toBe(1);
	}).toPass({ timeout: 30_000 });
	const exported = await relay.jsonLines<ExportedTicket>('export', 'tickets', '--json');
	expect(byNumber(exported.map(fromExport))).toEqual(byNumber([...contents[0]!.tickets.values()].map(fromDevice)));
	return contents[0]!;
}

function fromExport({ number, subject, status, assignee, priority, tags, messages }: ExportedTicket) {
	return {
		...{ number, subject, status, assignee, priority },
		tags: [...tags].sort(),
		messages: messages.map(({ id, text, attachments }) => ({
			id,
			text,
			attachments: attachments.map(({ name, sha256 }) => ({ name, sha256 })),
		})),
	};
}

function fromDevice({ number, subject, status, assignee, priority, tags, timeline }: Ticket) {
	return {
		...{ number, subject, status, assignee, priority },
		tags: [...tags].sort(),
		messages: timeline.flatMap((entry) =>
			entry.kind === 'message'
				? [
						{
							id: entry.id,
							text: entry.text,
							attachments: entry.attachments.map(({ name, blob }) => ({ name, sha256: blob })),
						},
					]
				: [],
		),
	};
}

function byNumber<T extends { number: string }>(tickets: T[]): T[] {
	return tickets.sort((a, b) => (a.number < b.number ? -1 : 1));
}
