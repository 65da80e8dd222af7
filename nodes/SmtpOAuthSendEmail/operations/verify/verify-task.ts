import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../auth/mail-account';
import { describeFailure } from '../../failure/describe-failure';
import type { Failure } from '../../failure/model/failure';
import { parseSingleFrom } from '../../message/addresses/message-addresses';
import { describeError } from '../shared/parameters/parameter-failure';
import { ParameterError } from '../shared/parameters/parameter-reader';
import type { CredentialReader } from '../shared/sending/read-credential';
import { readVerifyParameters } from './read-verify-parameters';
import type { StageResult } from '../../status/verify-report';

/** What one item wants verified, as far as its parameters and its credential could be read. */
export interface VerifyTask {
	readonly itemIndex: number;
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	/** A key of credentials/providers/transports.ts. */
	readonly deliverVia: MailAccount['deliverVia'];
	/** The stage `parameters`. */
	readonly parameters: StageResult<'parameters'>;
	/** Missing where the credential does not say enough to look at anything. */
	readonly account?: MailAccount;
	/** The address to offer as sender; missing where it is wrong. */
	readonly from?: string;
	readonly timeoutMs: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/** Reads what one item wants verified. Never throws: what is wrong is the stage's failure. */
export async function readVerifyTask(
	functions: IExecuteFunctions,
	itemIndex: number,
	credentials: CredentialReader,
): Promise<VerifyTask> {
	const startedAtMs = performance.now();
	const { provider, deliverVia, account: read } = await credentials.read(itemIndex);
	const context = { stage: 'parameters', provider } as const;
	const account = read.ok ? read.value : undefined;
	let timeoutMs = DEFAULT_TIMEOUT_MS;
	const finish = (
		result: { readonly from: string } | { readonly failure: Failure },
	): VerifyTask => {
		const durationMs = Math.round(performance.now() - startedAtMs);
		const known = {
			itemIndex,
			provider,
			deliverVia,
			timeoutMs,
			...(account === undefined ? {} : { account }),
		};
		if ('failure' in result) {
			return { ...known, parameters: { kind: 'failed', durationMs, failure: result.failure } };
		}
		const { from } = result;
		const facts = { from, user: account?.user ?? '' };
		return { ...known, from, parameters: { kind: 'ok', durationMs, facts } };
	};
	if (!read.ok) return finish({ failure: describeFailure(read.failure, context) });
	try {
		const { fromEmail, timeoutSeconds } = readVerifyParameters(functions, itemIndex);
		timeoutMs = timeoutSeconds * 1_000;
		const from = parseSingleFrom({ fromEmail, user: read.value.user });
		if (!from.ok) throw new ParameterError(from.failure);
		return finish({ from: from.value });
	} catch (error: unknown) {
		return finish({ failure: describeError(error, context) });
	}
}
