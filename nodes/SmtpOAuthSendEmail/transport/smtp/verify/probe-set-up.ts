import { isIP } from 'node:net';
import type { MailAccount } from '../../../auth/mail-account';
import { classifyFailure } from '../../../failure/classify';
import {
	UNREACHED,
	type ServerStages,
	type StageFacts,
	type StageResult,
} from '../../../status/verify-report';
import { quoteSafely } from '../../../untrusted/redact';
import type { ConnectionSetUp } from '../connection/connection-set-up';
import { listExtensions, readEhlo } from '../connection/ehlo';
import type { SessionFailure } from '../connection/session-failure';
import type { SetUpStage, SetUpWatch } from './handshake-observer';

type SetUpStages = Pick<ServerStages, SetUpStage>;

/** The longest line of an EHLO reply shown. */
const MAX_LINE_LENGTH = 200;

/** A stage as it was seen: `facts` where it has come about, `failure` where it ended the check. */
function resultOf<S extends SetUpStage>(
	stage: S,
	{ clock }: SetUpWatch,
	facts: StageFacts[S] | undefined,
	failure: SessionFailure['failure'] | undefined,
): StageResult<S> {
	const durationMs = clock.durationOf(stage);
	if (failure !== undefined) return { kind: 'failed', durationMs, failure, facts };
	return facts === undefined ? UNREACHED : { kind: 'ok', durationMs, facts };
}

/** The stages of a server that no TCP connection came about with. */
export function describeUnreachable(
	{ host }: MailAccount,
	{ failure }: SessionFailure,
	watch: SetUpWatch,
): SetUpStages {
	const { addresses } = watch;
	const isLookedUp = addresses.length > 0 || isIP(host) !== 0;
	return {
		dns: isLookedUp
			? resultOf('dns', watch, { addresses }, undefined)
			: resultOf('dns', watch, undefined, failure),
		connect: resultOf('connect', watch, undefined, isLookedUp ? failure : undefined),
		tls: UNREACHED,
		ehlo: UNREACHED,
	};
}

/** What was seen from the look-up to the EHLO reply, and where it ended if it has. */
export function describeSetUp(
	{ connection, context }: ConnectionSetUp,
	failed: SessionFailure | undefined,
	watch: SetUpWatch,
	account: MailAccount,
): SetUpStages {
	const { peer, addresses, remoteAddress, greeting } = watch;
	const failureAt = (stage: SetUpStage) =>
		failed?.failure.stage === stage ? failed.failure : undefined;
	const isUntrusted = peer?.problem !== undefined && !account.allowUnauthorizedCerts;
	const untrusted = isUntrusted
		? classifyFailure(peer.problem, { ...context, stage: 'tls' })
		: undefined;
	const reply = String(connection.lastServerResponse);
	const { mechanisms, maxMessageBytes } = readEhlo(reply);
	const clean = (text: string): string => quoteSafely(text, context.secrets ?? [], MAX_LINE_LENGTH);
	const extensions = listExtensions(reply).map(clean);
	const ehlo = { maxMessageBytes, mechanisms: mechanisms.map(clean), extensions };
	const connect = { address: remoteAddress, greeting };
	return {
		dns: resultOf('dns', watch, { addresses }, undefined),
		connect: resultOf('connect', watch, connect, failureAt('connect')),
		tls: resultOf('tls', watch, peer?.facts, failureAt('tls') ?? untrusted),
		ehlo: resultOf('ehlo', watch, failed === undefined ? ehlo : undefined, failureAt('ehlo')),
	};
}
