import { createProjector, type Projector } from '../projection/projector.ts';
import { createProjectHere, projectOne } from './project-here.ts';
import type { Project } from './receive-page.ts';
import type { Time } from './time.ts';

/** So few are read faster than a worker starts. */
const few = 50;
/** As many as one answer of the worker holds up nobody. */
const batch = 100;

/** Reads documents beside the screen. The worker starts when many come at once. */
export function createProjectInWorker(
	time: Pick<Time, 'schedule'>,
	startProjector: () => Projector = createProjector,
): Project {
	const projectHere = createProjectHere(time);
	let projector: Projector | undefined;
	return async (documents) => {
		if (documents.length <= few) return projectHere(documents);
		projector ??= startProjector();
		const projected: Awaited<ReturnType<Project>> = [];
		for (let start = 0; start < documents.length; start += batch) {
			const some = documents.slice(start, start + batch);
			const rows = await projector.rows(some);
			// The worker gives no row for what has none and for what cannot be read: only here the two differ.
			for (const [i, one] of some.entries()) {
				const row = rows[i];
				projected.push(row === null || row === undefined ? projectOne(one) : { kind: 'row', row });
			}
		}
		return projected;
	};
}
