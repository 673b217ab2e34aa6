import type { Desk } from '../desk.ts';
import type { Agent, Level } from '../domain/desk-config.ts';
import type { AgentId, LineId } from '../domain/ids.ts';
import type { Role } from '../domain/role.ts';
import type { DeviceInfo, Invitation, InvitationRequest } from '../protocol/session.ts';
import { relayTrouble, type ErrorKey } from './error-text.ts';
import { SourceValue } from './source-value.ts';

/** Who works here, on which devices. Reading the team works offline; devices and changes need the relay. */
export class MembersView {
	readonly #desk: Desk;
	readonly #config: SourceValue<Desk['config']['current']>;
	readonly #session: SourceValue<Desk['session']['current']>;
	devices = $state.raw<readonly DeviceInfo[] | undefined>(undefined);
	invitation = $state.raw<{ invitation: Invitation; name: string } | undefined>(undefined);
	isBusy = $state(false);
	trouble = $state.raw<{ key: ErrorKey; code: string } | undefined>(undefined);

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#config = new SourceValue(desk.config);
		this.#session = new SourceValue(desk.session);
	}

	readonly config = $derived.by(() => this.#config.current);
	readonly me = $derived.by(() => this.#session.current?.agent);
	readonly thisDevice = $derived.by(() => this.#session.current?.device.id);
	readonly isAdmin = $derived(this.me?.role === 'admin');
	/** A desk without an administrator could never get one again. */
	readonly lastAdmin = $derived.by((): AgentId | undefined => {
		const admins = this.config.agents.filter((agent) => agent.active && agent.role === 'admin');
		return admins.length === 1 ? admins[0]?.id : undefined;
	});

	devicesOf(agent: AgentId): readonly DeviceInfo[] {
		return (this.devices ?? []).filter((device) => device.agent === agent);
	}

	async look(): Promise<void> {
		await this.#run(async () => {
			const result = await this.#desk.relay.devices();
			if (result.kind === 'ok') this.devices = result.value;
			return result;
		});
	}

	async inviteColleague(agent: { name: string; mail: string; role: Role; lines: LineId[] }): Promise<boolean> {
		return this.#invite({ agent }, agent.name);
	}

	/** Another device of somebody who is here already. */
	async inviteDevice(agent: { id: AgentId; name: string }): Promise<boolean> {
		return this.#invite({ agent: { id: agent.id } }, agent.name);
	}

	closeInvitation(): void {
		this.invitation = undefined;
	}

	async revoke(device: DeviceInfo): Promise<boolean> {
		const done = await this.#run(() => this.#desk.relay.revoke(device.id));
		if (done) await this.look();
		return done;
	}

	/** Shuts somebody out for good, on every device. */
	async leave(agent: Agent): Promise<boolean> {
		const done = await this.#run(() => this.#desk.relay.agentLeaves(agent.id));
		if (done) await this.look();
		return done;
	}

	async change(
		agent: Agent,
		changes: Partial<Pick<Agent, 'role' | 'lines' | 'active'>> & { level?: Level | null },
	): Promise<boolean> {
		const { id, role, lines, active } = { ...agent, ...changes };
		const level = changes.level === undefined ? {} : { level: changes.level };
		return this.#run(() => this.#desk.relay.changeAgent({ id, role, lines, active, ...level }));
	}

	async #invite(request: InvitationRequest, name: string): Promise<boolean> {
		return this.#run(async () => {
			const result = await this.#desk.relay.invite(request);
			if (result.kind === 'ok') this.invitation = { invitation: result.value, name };
			return result;
		});
	}

	async #run(run: () => Promise<{ kind: 'ok' } | { kind: 'failed'; why: string }>): Promise<boolean> {
		this.isBusy = true;
		this.trouble = undefined;
		const result = await run();
		this.isBusy = false;
		if (result.kind === 'failed') this.trouble = relayTrouble(result);
		return result.kind === 'ok';
	}
}
