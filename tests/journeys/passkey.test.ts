import { expect } from '@playwright/test';
import { passkeysOf, withAuthenticator } from './support/authenticator.ts';
import { anna, test } from './support/world.ts';

test('[F100] a passkey that was saved on one device lets a second browser in as a device of its own', async ({
	world,
}) => {
	test.setTimeout(180_000);
	// One address for both: a passkey belongs to the site that made it.
	const a = await world.newcomer({ locale: 'de' });
	const saved = await withAuthenticator(a);
	await a.openTicketByPhone({ name: 'Frau Lang', subject: 'Spülmaschine zieht kein Wasser' });
	await a.isCurrent();
	await a.goTo('profile');
	await a.page.getByRole('button', { name: a.t.profile.addPasskey }).click();
	await expect(a.page.getByText(a.t.profile.passkeyAdded)).toBeVisible();
	const [passkey] = await passkeysOf(saved);
	expect(passkey).toMatchObject({ isResidentCredential: true, rpId: 'localhost' });

	// The same passkey on another device, as a password manager brings it there.
	const b = await world.profile({ locale: 'en' });
	const other = await withAuthenticator(b);
	await other.cdp.send('WebAuthn.addCredential', { authenticatorId: other.authenticatorId, credential: passkey! });
	await b.page.goto(`${a.url}/sign-in`);
	await b.page.getByRole('button', { name: b.t.signIn.passkey }).click();
	await b.atDesk();
	await b.showView('open');
	await expect(b.row('Spülmaschine zieht kein Wasser')).toBeVisible();
	await b.goTo('profile');
	await expect(b.page.getByText(b.t.nav.signedInAs(anna.name)).first()).toBeVisible();

	// Two devices of one agent, each with an edit that the relay takes.
	await b.openTicket('Spülmaschine zieht kein Wasser', 'open');
	await b.addNote('Signed in with a passkey.');
	await b.isCurrent();
	await a.openTicket('Spülmaschine zieht kein Wasser', 'open');
	await expect(a.timeline).toContainText('Signed in with a passkey.');

	// A second passkey of the same authenticator is not made: the relay names those it knows.
	await a.goTo('profile');
	await a.page.getByRole('button', { name: a.t.profile.addPasskey }).click();
	await expect(a.page.locator('[data-error="passkey-known"]')).toBeVisible();
	expect(await passkeysOf(saved)).toHaveLength(1);
});

test('[F100] a passkey that this desk does not know lets nobody in, and says so', async ({ world }) => {
	const a = await world.newcomer({ locale: 'de' });
	const stranger = await world.profile({ locale: 'en' });
	const held = await withAuthenticator(stranger);
	const elsewhere = await withAuthenticator(a);
	await a.goTo('profile');
	await a.page.getByRole('button', { name: a.t.profile.addPasskey }).click();
	await expect(a.page.getByText(a.t.profile.passkeyAdded)).toBeVisible();
	const [known] = await passkeysOf(elsewhere);
	const credential = { ...known!, credentialId: Buffer.from('a passkey of another desk').toString('base64') };
	await held.cdp.send('WebAuthn.addCredential', { authenticatorId: held.authenticatorId, credential });
	await stranger.page.goto(`${a.url}/sign-in`);
	await stranger.page.getByRole('button', { name: stranger.t.signIn.passkey }).click();
	await expect(stranger.page.locator('[data-error="passkey-unknown"]')).toBeVisible();
	await expect(stranger.page).toHaveURL(/sign-in/);

	// The finger is taken away: that is no unknown passkey.
	const { authenticatorId } = held;
	await held.cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
	await stranger.page.getByRole('button', { name: stranger.t.signIn.passkey }).click();
	await expect(stranger.page.locator('[data-error="passkey-cancelled"]')).toBeVisible();
});
