import type { Interaction } from '../domain/fold-interaction.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { InteractionRow } from './rows.ts';

export function interactionToRow(id: DocumentId, interaction: Interaction): InteractionRow {
	const { line, channel, direction, from, persons, request, system, category, outcome, seconds } = interaction;
	return {
		...{ id, kind: 'interaction', line, channel, direction, persons, request, system, category, outcome, seconds },
		fromName: from?.name ?? '',
		fromAddress: from?.address ?? '',
		phone: from?.phone ?? '',
		cases: interaction.applied.map(({ article }) => article),
		ticket: interaction.ticket?.document,
		number: interaction.ticket?.number,
		callBack: interaction.callBack,
		passedTo: interaction.passedTo,
		callsBack: interaction.callsBack,
		by: interaction.by,
		began: interaction.began,
		changedAt: interaction.changedAt,
		newer: false,
	};
}
