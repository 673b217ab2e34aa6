import { projectAll } from './project-all.ts';
import type { ProjectionAnswer, ProjectionJob } from './projection-messages.ts';

/** The entry of the module worker: `new Worker(new URL('./projection-worker.ts', import.meta.url), { type: 'module' })`. */
addEventListener('message', ({ data }: MessageEvent<ProjectionJob>) => {
	const answer: ProjectionAnswer = { job: data.job, rows: projectAll(data.documents) };
	postMessage(answer);
});
