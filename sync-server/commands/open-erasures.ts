import type { OpenErasure } from '../../src/lib/protocol/erasure.ts';
import type { Operation } from './operation.ts';

/** What was erased and has not come everywhere, for `doctor`. */
export const readOpenErasures: Operation = async function* ({ erasures }) {
	yield* erasures.open();
};

export function erasureSentence({ what, label, document, at, done, devices }: OpenErasure): string {
	const name = what === 'person' ? label : `words blacked out in ${document ?? 'a record'}`;
	const asked = `${name}, ${new Date(at).toISOString()}`;
	if (!done) return `${asked}: the relay has not finished erasing; it goes on at its next start`;
	const waiting = devices.map(({ name, lastContactAt, revoked }) => {
		const last = lastContactAt === null ? 'never seen' : `last contact ${new Date(lastContactAt).toISOString()}`;
		return `${name} (${last}${revoked ? ', revoked' : ''})`;
	});
	return `${asked}: not yet taken by ${waiting.join(', ')}; they do at their next contact`;
}
