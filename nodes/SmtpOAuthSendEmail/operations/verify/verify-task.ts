import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../auth/mail-account';
import { describeFailure } from '../../failure/describe-failure';
import type { Failure } from '../../failure/model/failure';
import { parseSingleFrom } from '../../message/addresses/message-addresses';
import { describeError } from '../shared/parameters/parameter-failure';
import {
	asInteger,
	fieldReader,
	ParameterError,
	readValue,
} from '../shared/parameters/parameter-reader';
import { readOptions } from '../shared/parameters/read-mail-parameters';
import { asLines } from '../shared/parameters/text-list';
import type { CredentialReader } from '../shared/sending/read-credential';
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
	readonly account?: MailAccount | undefined;
	/** The address to offer as sender; missing where it is wrong. */
	readonly from?: string;
	readonly timeoutMs: number;
}

const TIMEOUT_SECONDS = { min: 1, max: 3_600, fallback: 60 };

/** Reads what one item wants verified. Never throws: what is wrong is the stage's failure. */
export async function readVerifyTask(
	functions: IExecuteFunctions,
	itemIndex: number,
	credentials: CredentialReader,
): Promise<VerifyTask> {
	const startedAtMs = performance.now();
	const { transportInfo, account: read } = await credentials.read(itemIndex);
	const { provider, transport: deliverVia } = transportInfo;
	const context = { stage: 'parameters', provider } as const;
	const account = read.ok ? read.value : undefined;
	let timeoutMs = TIMEOUT_SECONDS.fallback * 1_000;
	const durationMs = (): number => Math.round(performance.now() - startedAtMs);
	const refused = (failure: Failure): VerifyTask => {
		const parameters = { kind: 'failed', durationMs: durationMs(), failure } as const;
		return { itemIndex, provider, deliverVia, account, timeoutMs, parameters };
	};
	if (!read.ok) return refused(describeFailure(read.failure, context));
	try {
		const option = fieldReader('Options', readOptions(functions, itemIndex));
		const fromEmail = asLines(readValue(functions, 'fromEmail', 'From Email', itemIndex, ''));
		timeoutMs = asInteger(option('timeoutSeconds', 'Timeout (Seconds)'), TIMEOUT_SECONDS) * 1_000;
		const { user } = read.value;
		const parsed = parseSingleFrom({ fromEmail, user });
		if (!parsed.ok) throw new ParameterError(parsed.failure);
		const from = parsed.value;
		const parameters = { kind: 'ok', durationMs: durationMs(), facts: { from, user } } as const;
		return { itemIndex, provider, deliverVia, account, timeoutMs, from, parameters };
	} catch (error: unknown) {
		return refused(describeError(error, context));
	}
}
