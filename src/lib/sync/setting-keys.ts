/** Where sync keeps its own in the store's settings. */
export const settingKeys = {
	/** The session this device had last: who it is, also without a network. */
	session: 'session',
	/** How far it has come, see progress.ts. */
	progress: 'sync',
	/** Device clock minus relay clock, ms. */
	clockOffset: 'clock-offset',
	/** How much of the desk this device holds, see domain/tier.ts. */
	tier: 'tier',
	/** What somebody wants to have here, and looked at. */
	kept: 'kept-here',
	/** Documents that are to be fetched by name, see fetch-documents.ts. */
	wanted: 'wanted',
	/** When tiers were looked through last, see keep-tiers.ts. */
	tiersLooked: 'tiers-looked',
	/** Documents that could not be read, see receive-page.ts. */
	parked: 'parked',
	/** What was handed over after a backup was put back, see hand-over.ts. */
	restored: 'restored',
	/** Files beside drafts that are not sent, see desk/draft-files.ts. */
	draftFiles: 'draft-files',
	/** Tickets and mails that were begun in a form, see desk/begun-forms.ts. */
	begunForms: 'begun-forms',
	/** What was erased and is still to be looked for in what is unsent, see forget-gone.ts. */
	goneWords: 'gone-words',
	/** Why replies wait at the relay, as it said last, see desk/waiting-mail.ts. */
	waitingMail: 'waiting-mail',
	/** When this device last heard of the relay, and whether it is locked, see desk/device-lock.ts. */
	lock: 'lock',
} as const;
