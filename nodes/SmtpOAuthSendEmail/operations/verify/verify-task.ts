import type { IExecuteFunctions } from 'n8n-workflow';
import { CUSTOM_PROVIDER, providerOf } from '../../../../credentials/providers/providers';
import type { AccountResult, MailAccount } from '../../auth/mail-account';
import { classifyFailure, describeFault } from '../../failure/classify';
import type { Failure, KnownFault } from '../../failure/model/failure';
import { parseSingleFrom } from '../../message/addresses/message-addresses';
import { ParameterError } from '../shared/parameter-reader';
import { readVerifyParameters } from './read-verify-parameters';
import type { StageResult } from '../../status/verify-report';
import { CREDENTIAL_TYPE } from '../host/credential-access';
import { unreadableCredential } from '../send/preflight';

/** What one item wants verified, as far as its parameters and its credential could be read. */
export interface VerifyTask {
	readonly itemIndex: number;
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	/** The stage `parameters`. */
	readonly parameters: StageResult<'parameters'>;
	/** Missing where the credential does not say enough to look at anything. */
	readonly account?: MailAccount;
	/** The address to offer as sender; missing where it is wrong. */
	readonly from?: string;
	readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

async function readCredential(
	functions: IExecuteFunctions,
	itemIndex: number,
	readAccount: (credential: unknown) => AccountResult,
): Promise<{ provider: string; account: MailAccount } | { provider: string; fault: KnownFault }> {
	try {
		const credential = await functions.getCredentials(CREDENTIAL_TYPE, itemIndex);
		const named = credential['provider'];
		const isKnown = typeof named === 'string' && providerOf(named) !== undefined;
		const provider = isKnown ? named : CUSTOM_PROVIDER;
		const result = readAccount(credential);
		if (result.ok) return { provider, account: result.account };
		const { detail, remedy } = result;
		return { provider, fault: { code: 'INVALID_PARAMETER', detail, remedy } };
	} catch (error: unknown) {
		return { provider: CUSTOM_PROVIDER, fault: unreadableCredential(error) };
	}
}

/** Reads what one item wants verified. Never throws: what is wrong is the stage's failure. */
export async function readVerifyTask(
	functions: IExecuteFunctions,
	itemIndex: number,
	readAccount: (credential: unknown) => AccountResult,
): Promise<VerifyTask> {
	const startedAtMs = performance.now();
	const read = await readCredential(functions, itemIndex, readAccount);
	const { provider } = read;
	const context = { stage: 'parameters', provider } as const;
	const account = 'account' in read ? read.account : undefined;
	let timeoutMs = DEFAULT_TIMEOUT_MS;
	const finish = (
		result: { readonly from: string } | { readonly failure: Failure },
	): VerifyTask => {
		const durationMs = Math.round(performance.now() - startedAtMs);
		const known = { itemIndex, provider, timeoutMs, ...(account === undefined ? {} : { account }) };
		if ('failure' in result) {
			return { ...known, parameters: { kind: 'failed', durationMs, failure: result.failure } };
		}
		const { from } = result;
		const facts = { from, user: account?.user ?? '' };
		return { ...known, from, parameters: { kind: 'ok', durationMs, facts } };
	};
	if ('fault' in read) return finish({ failure: describeFault(read.fault, context) });
	try {
		const { fromEmail, timeoutSeconds } = readVerifyParameters(functions, itemIndex);
		timeoutMs = timeoutSeconds * 1_000;
		const from = parseSingleFrom({ fromEmail, user: read.account.user });
		if (!from.ok) throw new ParameterError(from.problem);
		return finish({ from: from.value });
	} catch (error: unknown) {
		if (!(error instanceof ParameterError))
			return finish({ failure: classifyFailure(error, context) });
		const { code, detail, remedy } = error.problem;
		return finish({ failure: describeFault({ code, detail, remedy }, context) });
	}
}
