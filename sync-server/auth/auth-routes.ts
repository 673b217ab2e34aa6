import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import {
	agentChangeSchema,
	enrolRequestSchema,
	invitationRequestSchema,
	newDeviceSchema,
	sessionRequestSchema,
	setupRequestSchema,
	wipedRequestSchema,
} from '../../src/lib/protocol/session.ts';
import { answer, refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';
import type { Attempts } from './attempts.ts';
import type { Auth, Caller, Done, Refused, SignedIn } from './auth.ts';
import type { Passkeys } from './passkeys.ts';
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from './sessions.ts';

export interface AuthRouteParts {
	auth: Auth;
	passkeys: Passkeys;
	attempts: Attempts;
	addressOf(c: Context): string;
	/** The origin of the app as this request sees it. */
	originOf(c: Context): string;
	isSecure(c: Context): boolean;
}

const deviceSchema = v.strictObject({ device: v.pipe(v.string(), v.maxLength(40)) });
const emptySchema = v.strictObject({});
const registrationSchema = v.strictObject({ response: v.record(v.string(), v.unknown()) });
const passkeySignInSchema = v.strictObject({ response: v.record(v.string(), v.unknown()), device: newDeviceSchema });

/** The routes of `/auth`, as protocol/session.ts names them. */
export function authRoutes({ auth, passkeys, attempts, addressOf, originOf, isSecure }: AuthRouteParts): Hono {
	const app = new Hono();

	const signedIn = (c: Context, result: SignedIn) => {
		if (result.kind === 'refused') return refusedAnswer(c, result);
		c.header('set-cookie', writeSessionCookie(result.token, isSecure(c)));
		return answer(c, result.session);
	};
	const done = (c: Context, result: Done<object>) =>
		result.kind === 'refused' ? refusedAnswer(c, result) : answer(c, result.value);

	/** A route that anybody may ask: who fails too often has to wait. */
	const open =
		<Schema extends v.GenericSchema>(
			schema: Schema,
			run: (c: Context, body: v.InferOutput<Schema>) => Promise<{ response: Response; hasFailed: boolean }>,
		) =>
		async (c: Context) => {
			const address = addressOf(c);
			if (!attempts.mayTry(address)) return refuse(c, 'too-many');
			const body = await readJson(c.req.raw, schema);
			if (body.kind === 'refused') return refuse(c, body.reason, body.detail);
			const { response, hasFailed } = await run(c, body.value);
			if (hasFailed) attempts.failed(address);
			return response;
		};
	const openSignIn = <Schema extends v.GenericSchema>(
		schema: Schema,
		run: (body: v.InferOutput<Schema>, c: Context) => Promise<SignedIn>,
	) =>
		open(schema, async (c, body) => {
			const result = await run(body, c);
			return { response: signedIn(c, result), hasFailed: isGuess(result) };
		});

	const withCaller = (run: (c: Context, caller: Caller) => Response | Promise<Response>) => async (c: Context) => {
		const identified = auth.identify(readSessionCookie(c.req.header('cookie')));
		return identified.kind === 'refused' ? refusedAnswer(c, identified) : run(c, identified.caller);
	};
	const asked = <Schema extends v.GenericSchema>(
		schema: Schema,
		run: (c: Context, caller: Caller, body: v.InferOutput<Schema>) => Response | Promise<Response>,
	) =>
		withCaller(async (c, caller) => {
			const body = await readJson(c.req.raw, schema);
			return body.kind === 'refused' ? refuse(c, body.reason, body.detail) : run(c, caller, body.value);
		});

	app.get('/state', (c) => answer(c, { setUp: auth.isSetUp(), deskName: auth.deskName() }));
	app.post(
		'/setup',
		openSignIn(setupRequestSchema, (body) => auth.setUp(body)),
	);
	app.post(
		'/enrol',
		openSignIn(enrolRequestSchema, (body) => auth.enrol(body)),
	);
	app.post(
		'/challenge',
		open(deviceSchema, async (c, { device }) => {
			return { response: done(c, auth.challenge(device)), hasFailed: false };
		}),
	);
	app.post(
		'/session',
		openSignIn(sessionRequestSchema, (body) => auth.signIn(body)),
	);
	app.get(
		'/me',
		withCaller((c, caller) => answer(c, auth.sessionOf(caller))),
	);
	app.post('/sign-out', (c) => {
		const token = readSessionCookie(c.req.header('cookie'));
		if (token !== undefined) auth.signOut(token);
		c.header('set-cookie', clearSessionCookie(isSecure(c)));
		return answer(c, {});
	});
	app.post(
		'/invitations',
		asked(invitationRequestSchema, async (c, caller, body) => done(c, await auth.invite(caller, body))),
	);
	app.get(
		'/devices',
		withCaller((c, caller) => answer(c, { devices: auth.devices(caller) })),
	);
	app.post(
		'/devices/revoke',
		asked(deviceSchema, (c, caller, { device }) => done(c, auth.revoke(caller, device))),
	);
	app.post(
		'/devices/wiped',
		open(wipedRequestSchema, async (c, request) => {
			const result = await auth.wiped(request, readSessionCookie(c.req.header('cookie')));
			return { response: done(c, result), hasFailed: result.kind === 'refused' };
		}),
	);
	app.post(
		'/agents',
		asked(agentChangeSchema, async (c, caller, body) => done(c, await auth.changeAgent(caller, body))),
	);

	app.post(
		'/passkey/register-options',
		asked(emptySchema, async (c, { agent }) =>
			answer(c, { options: await passkeys.registrationOptions(agent, auth.deskName(), originOf(c)) }),
		),
	);
	app.post(
		'/passkey/register',
		asked(registrationSchema, async (c, { agent, device }, { response }) =>
			(await passkeys.register(agent, response, originOf(c), () => auth.notePasskey({ agent, device })))
				? answer(c, {})
				: refuse(c, 'malformed', 'passkey-unknown'),
		),
	);
	app.get(
		'/passkey',
		withCaller((c, { agent }) => answer(c, { count: passkeys.countOf(agent.id) })),
	);
	app.post(
		'/passkey/confirm',
		asked(registrationSchema, async (c, { agent }, { response }) =>
			(await passkeys.signIn(response, originOf(c))) === agent.id
				? answer(c, {})
				: refuse(c, 'malformed', 'passkey-unknown'),
		),
	);
	app.post(
		'/passkey/sign-in-options',
		open(emptySchema, async (c) => ({
			response: answer(c, { options: await passkeys.signInOptions(originOf(c)) }),
			hasFailed: false,
		})),
	);
	app.post(
		'/passkey/sign-in',
		openSignIn(passkeySignInSchema, async ({ response, device }, c) => {
			const agent = auth.agentById((await passkeys.signIn(response, originOf(c))) ?? '');
			if (agent === undefined) return { kind: 'refused', reason: 'sign-in', detail: 'passkey-unknown' };
			return auth.addDevice(agent, device);
		}),
	);
	return app;
}

/** What somebody who tries his luck would get. A revoked or forgotten device that asks again is not one of these. */
function isGuess(result: SignedIn): boolean {
	return (
		result.kind === 'refused' &&
		(result.detail === 'invitation-unknown' || result.detail === 'bad-signature' || result.detail === 'passkey-unknown')
	);
}

function refusedAnswer(c: Context, { reason, detail }: Refused): Response {
	return refuse(c, reason, detail);
}
