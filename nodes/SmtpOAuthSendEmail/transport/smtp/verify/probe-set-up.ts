import { isIP } from 'node:net';
import type { MailAccount } from '../../../auth/mail-account';
import { classifyFailure } from '../../../failure/classify';
import { quoteSafely } from '../../../untrusted/redact';
import { UNREACHED, type ServerStages, type StageResult } from '../../../status/verify-report';
import type { ConnectionSetUp } from '../connection/connection-set-up';
import { listExtensions, readEhlo } from '../connection/ehlo';
import type { SessionFailure } from '../connection/session-failure';
import type { SetUpStage, SetUpWatch } from './handshake-observer';

type SetUpStages = Pick<ServerStages, SetUpStage>;

/** The longest line of an EHLO reply shown. */
const MAX_LINE_LENGTH = 200;

/** The stages of a server that no TCP connection came about with. */
export function describeUnreachable(
	{ host }: MailAccount,
	{ failure }: SessionFailure,
	watch: SetUpWatch,
): SetUpStages {
	const { clock, addresses } = watch;
	const isLookedUp = addresses.length > 0 || isIP(host) !== 0;
	const lookUpMs = clock.durationOf('dns');
	return {
		dns: isLookedUp
			? { kind: 'ok', durationMs: lookUpMs, facts: { addresses } }
			: { kind: 'failed', durationMs: lookUpMs, failure },
		connect: isLookedUp
			? { kind: 'failed', durationMs: clock.durationOf('connect'), failure }
			: UNREACHED,
		tls: UNREACHED,
		ehlo: UNREACHED,
	};
}

/** What was seen from the look-up to the EHLO reply, and where it ended if it has. */
export function describeSetUp(
	{ connection, context }: ConnectionSetUp,
	failed: SessionFailure | undefined,
	{ clock, peer, addresses, remoteAddress, greeting }: SetUpWatch,
	account: MailAccount,
): SetUpStages {
	const at = failed?.failure.stage;
	const connectFacts = { address: remoteAddress, greeting };
	const tls = (): StageResult<'tls'> => {
		const durationMs = clock.durationOf('tls');
		if (failed !== undefined && at === 'tls') {
			return { kind: 'failed', durationMs, failure: failed.failure };
		}
		if (peer === undefined) return UNREACHED;
		const { facts, problem } = peer;
		if (problem === undefined || account.allowUnauthorizedCerts) {
			return { kind: 'ok', durationMs, facts };
		}
		const failure = classifyFailure(problem, { ...context, stage: 'tls' });
		return { kind: 'failed', durationMs, failure, facts };
	};
	const ehlo = (): StageResult<'ehlo'> => {
		const durationMs = clock.durationOf('ehlo');
		if (failed !== undefined) {
			return at === 'ehlo' ? { kind: 'failed', durationMs, failure: failed.failure } : UNREACHED;
		}
		const reply = String(connection.lastServerResponse);
		const { mechanisms, maxMessageBytes } = readEhlo(reply);
		const clean = (text: string): string =>
			quoteSafely(text, context.secrets ?? [], MAX_LINE_LENGTH);
		return {
			kind: 'ok',
			durationMs,
			facts: {
				maxMessageBytes,
				mechanisms: mechanisms.map(clean),
				extensions: listExtensions(reply).map(clean),
			},
		};
	};
	return {
		dns: { kind: 'ok', durationMs: clock.durationOf('dns'), facts: { addresses } },
		connect: {
			durationMs: clock.durationOf('connect'),
			...(failed !== undefined && at === 'connect'
				? { kind: 'failed', failure: failed.failure, facts: connectFacts }
				: { kind: 'ok', facts: connectFacts }),
		},
		tls: tls(),
		ehlo: ehlo(),
	};
}
