import type { DocumentId } from '../domain/ids.ts';
import type { RecordRow } from './rows.ts';

/**
 * Between the page and the projection worker:
 *
 *   to the worker    {job, documents: [{document, updates}]}
 *   from the worker  {job, rows: [row or null, in the same order]}; null also where a document cannot be read
 */
export interface ProjectionJob {
	job: number;
	documents: ProjectionInput[];
}

export interface ProjectionInput {
	document: DocumentId;
	updates: Uint8Array[];
}

export interface ProjectionAnswer {
	job: number;
	rows: (RecordRow | null)[];
}
