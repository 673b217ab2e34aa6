import { readDraftFiles, type DraftFiles } from '../document/draft-files.ts';
import { readBegunForms, type BegunForms } from '../domain/begun-form.ts';
import type { DocumentNews } from '../protocol/replica.ts';
import type { GoneWords } from '../store/gone-words.ts';
import type { RecordStore, StoredDocument } from '../store/record-store.ts';
import { settingKeys } from './setting-keys.ts';

/**
 * What was erased or blacked out must not come back by what was written here before this device heard of it.
 *
 * FG1 The words that a new generation leaves out are remembered with the page that brings it, in one transaction.
 * FG2 Before the next edit leaves, they go from what is unsent from forms that were begun, and from the names of files beside drafts. Then they are forgotten here too.
 */
export async function goneIn(
	arrived: readonly DocumentNews[],
	stored: ReadonlyMap<string, StoredDocument>,
): Promise<GoneWords[]> {
	const replaced = arrived.flatMap(({ document, generation, from, updates }) => {
		const here = stored.get(document);
		if (here === undefined || here.generation >= generation || from !== 'snapshot') return [];
		return [{ document, before: here.updates, after: updates }];
	});
	if (replaced.length === 0) return [];
	const { goneBetween } = await import('../store/clean-unsent.ts');
	return replaced.flatMap(({ document, before, after }) => goneBetween(document, before, after) ?? []);
}

/** `cleanElsewhere`: what is kept beside the store. Says whether there was anything to look for. */
export async function forgetGone(
	store: RecordStore,
	cleanElsewhere: (gone: readonly GoneWords[]) => Promise<void>,
): Promise<boolean> {
	const { settings } = store;
	const gone = (await settings.get<GoneWords[]>(settingKeys.goneWords)) ?? [];
	if (gone.length === 0) return false;
	const [{ unsentCleaning }, { cleanForms, cleanDraftFiles }] = await Promise.all([
		import('../store/clean-unsent.ts'),
		import('../store/clean-begun.ts'),
	]);
	await store.cleanUnsent(unsentCleaning(gone));
	const forms = readBegunForms(await settings.get(settingKeys.begunForms));
	if (cleanForms(forms, gone) !== forms)
		await settings.change<BegunForms>(settingKeys.begunForms, (before) => cleanForms(readBegunForms(before), gone));
	const files = readDraftFiles(await settings.get(settingKeys.draftFiles));
	if (cleanDraftFiles(files, gone) !== files)
		await settings.change<DraftFiles>(settingKeys.draftFiles, (before) =>
			cleanDraftFiles(readDraftFiles(before), gone),
		);
	await cleanElsewhere(gone);
	// Another tab may have noted more meanwhile.
	await settings.change<GoneWords[]>(settingKeys.goneWords, (now = []) => now.slice(gone.length));
	return true;
}
