import * as v from 'valibot';
import { archiveAnswerSchema } from '../protocol/archive-search.ts';
import { auditPageSchema } from '../protocol/audit.ts';
import {
	erasureAnswerSchema,
	erasurePlanAnswerSchema,
	openErasuresAnswerSchema,
	placesAnswerSchema,
	redactionAnswerSchema,
} from '../protocol/erasure.ts';
import { heldPageSchema } from '../protocol/held.ts';
import { mailboxInfoSchema, mailboxLogEntrySchema, mailboxTestStepSchema } from '../protocol/mailbox.ts';
import { rulesDryRunSchema } from '../protocol/mail-rules.ts';
import type { DeviceInfo } from '../protocol/session.ts';
import type { Transport } from '../sync/transport.ts';
import type { RelayAdmin, RelayResult } from '../desk.ts';
import { checked, done } from './relay-answer.ts';

const invitationSchema = v.object({ url: v.string(), expiresAt: v.number() });
const devicesSchema = v.object({
	devices: v.array(
		v.object({
			id: v.string(),
			name: v.string(),
			agent: v.string(),
			createdAt: v.number(),
			lastSeenAt: v.nullable(v.number()),
			state: v.picklist(['active', 'revoked', 'wiped']),
			// A relay of before does not say these.
			revokedAt: v.optional(v.nullable(v.number()), null),
			wipedAt: v.optional(v.nullable(v.number()), null),
		}),
	),
});

const leftSchema = v.object({ devices: v.number(), passkeys: v.number() });
const mailboxesSchema = v.object({ mailboxes: v.array(mailboxInfoSchema) });
const stepsSchema = v.object({ steps: v.array(mailboxTestStepSchema) });
const logSchema = v.object({ entries: v.array(mailboxLogEntrySchema) });

/** Devices, invitations, agents and mailboxes: only the relay can say, so these need it. */
export function createRelayAdmin(transport: Transport): RelayAdmin {
	return {
		async invite(request) {
			return checked(await transport.auth('POST', '/auth/invitations', request), invitationSchema);
		},
		async devices(): Promise<RelayResult<DeviceInfo[]>> {
			const answer = checked(await transport.auth('GET', '/auth/devices'), devicesSchema);
			return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.devices } : answer;
		},
		async revoke(device) {
			return done(await transport.auth('POST', '/auth/devices/revoke', { device }));
		},
		async held(device, after) {
			return checked(
				await transport.auth('POST', '/auth/devices/held', { device, ...(after === undefined ? {} : { after }) }),
				heldPageSchema,
			);
		},
		async agentLeaves(id) {
			return checked(await transport.auth('POST', '/auth/agents/leave', { id }), leftSchema);
		},
		async audit(query) {
			return checked(await transport.auth('POST', '/auth/audit', query), auditPageSchema);
		},
		async changeAgent(change) {
			return done(await transport.auth('POST', '/auth/agents', change));
		},
		async planErasure(request) {
			return checked(await transport.auth('POST', '/auth/erasures/plan', request), erasurePlanAnswerSchema);
		},
		async erase(request) {
			return checked(await transport.auth('POST', '/auth/erasures', request), erasureAnswerSchema);
		},
		async redact(request) {
			return checked(await transport.auth('POST', '/auth/erasures/redact', request), redactionAnswerSchema);
		},
		async openErasures() {
			return checked(await transport.auth('POST', '/auth/erasures/open', {}), openErasuresAnswerSchema);
		},
		async erasurePlaces(person) {
			return checked(await transport.auth('POST', '/auth/erasures/places', { person }), placesAnswerSchema);
		},
		async mailboxes() {
			const answer = checked(await transport.auth('GET', '/auth/mailboxes'), mailboxesSchema);
			return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.mailboxes } : answer;
		},
		async saveMailbox(change) {
			return checked(await transport.auth('POST', '/auth/mailboxes', change), mailboxInfoSchema);
		},
		async removeMailbox(id) {
			return done(await transport.auth('POST', '/auth/mailboxes/remove', { id }));
		},
		async testMailbox(change) {
			const answer = checked(await transport.auth('POST', '/auth/mailboxes/test', change), stepsSchema);
			return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.steps } : answer;
		},
		async dryRunRules(rules) {
			return checked(await transport.auth('POST', '/auth/mail-rules/dry-run', { rules }), rulesDryRunSchema);
		},
		async searchArchive(query) {
			return checked(await transport.auth('POST', '/auth/archive-search', query), archiveAnswerSchema);
		},
		async mailboxLog(id) {
			const answer = checked(await transport.auth('POST', '/auth/mailboxes/log', { id }), logSchema);
			return answer.kind === 'ok' ? { kind: 'ok', value: answer.value.entries } : answer;
		},
	};
}
