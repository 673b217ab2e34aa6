import { expect } from '@playwright/test';
import { expectSameEverywhere } from './support/same-everywhere.ts';
import { anna, ben, test } from './support/world.ts';

const lift = 'Hebebühne senkt sich ab';

test('[F98] two devices edit the same ticket offline and meet again: nothing is lost, and both values of a field are shown', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'de' });
	await a.openTicketByPhone({ name: 'Autohaus Petersen', subject: lift, text: 'Sinkt über Nacht um 10 cm.' });
	await a.isCurrent();
	const b = await world.enrolDevice({ ...ben, locale: 'en' });
	for (const device of [a, b]) {
		await device.openTicket(lift, 'open');
		await device.cutNetwork();
	}
	await a.isOffline();
	await b.isOffline();

	await a.addTag('hydraulik');
	await a.addTag('eilig');
	await a.choose('status', `${a.t.status.waiting} ${a.t.waiting.customer}`);
	await a.choose('priority', a.t.priority.level(1, a.t.priority[1]));
	await a.addNote('Dichtungssatz liegt im Lager.');
	await a.write('reply', 'Bitte nicht mehr belasten. ');

	await b.addTag('garantie');
	await b.addTag('eilig');
	await b.choose('status', b.t.status.closed);
	await b.choose('priority', b.t.priority.level(2, b.t.priority[2]));
	await b.addNote('Still under warranty until March.');
	await b.write('reply', 'The repair is free of charge. ');

	await a.restoreNetwork();
	await b.restoreNetwork();
	const content = await expectSameEverywhere(world.relay, a, b);

	const [ticket] = content.tickets.values();
	expect([...ticket!.tags].sort()).toEqual(['eilig', 'garantie', 'hydraulik']);
	expect(ticket!.conflicts.map(({ field }) => field).sort()).toEqual(['priority', 'status']);
	const [record] = Object.values(content.records).filter(({ reply }) => reply !== '');
	expect(record!.reply).toContain('Bitte nicht mehr belasten.');
	expect(record!.reply).toContain('The repair is free of charge.');

	for (const device of [a, b]) {
		const { t, ticket: shown } = device;
		for (const tag of ['hydraulik', 'eilig', 'garantie']) await expect(device.details).toContainText(tag);
		await expect(device.timeline).toContainText('Dichtungssatz liegt im Lager.');
		await expect(device.timeline).toContainText('Still under warranty until March.');
		await expect(device.draft).toContainText('Bitte nicht mehr belasten.');
		await expect(device.draft).toContainText('The repair is free of charge.');
		// Ben wrote later, so his values stand, and Anna's are shown beside them.
		await expect(device.details).toContainText(t.status.closed);
		const rival = shown.getByText(`${t.ticket.conflict}: ${t.ticket.priority}`).locator('..');
		await expect(rival).toContainText(`${anna.name}`);
		await expect(rival).toContainText(t.priority[1]);
		const status = shown.getByText(`${t.ticket.conflict}: ${t.ticket.status}`).locator('..');
		await expect(status).toContainText(`${t.status.waiting} ${t.waiting.customer}`);
	}

	// Taking the other value settles it, for both.
	const rival = a.ticket.getByText(`${a.t.ticket.conflict}: ${a.t.ticket.priority}`).locator('..');
	await rival.getByRole('button', { name: a.t.ticket.takeOther }).click();
	for (const device of [a, b]) {
		await expect(device.ticket.getByText(`${device.t.ticket.conflict}: ${device.t.ticket.priority}`)).toHaveCount(0);
		await expect(device.details).toContainText(device.t.priority[1]);
	}
});
