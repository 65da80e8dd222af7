import { describeStage } from './verify-details';
import { firstFailure, VERIFY_STAGES, type VerifyStage, type VerifyStages } from './verify-report';
import { summarize } from './verify-summary';
import { findWarnings } from './verify-warnings';

/** What `verify` found out about one item's credential and sender. */
export interface VerifyOutcome {
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	/** The server and the mailbox, as far as the credential could be read. */
	readonly place?: {
		readonly host: string;
		readonly port: number;
		readonly sslMode: 'implicit' | 'explicit';
		readonly user: string;
	};
	/** Default `smtp`. */
	readonly transport?: string;
	readonly stages: VerifyStages;
	readonly durationMs: number;
	/** Unix ms. */
	readonly checkedAtMs: number;
}

function stageItem(stage: VerifyStage, stages: VerifyStages, nowMs: number) {
	const result = stages[stage];
	const { kind, durationMs } = result;
	const known = describeStage(stage, result, nowMs);
	switch (kind) {
		case 'ok':
			return { stage, ok: true, durationMs, ...known };
		case 'failed': {
			const { failure } = result;
			const { message: detail } = failure;
			return { stage, ok: false, durationMs, detail, facts: known?.facts, failure };
		}
		case 'skipped':
			return { stage, ok: false, skipped: true, durationMs, detail: `Not tried: ${result.reason}` };
		default: {
			const unreachable: never = kind;
			return unreachable;
		}
	}
}

/**
 * Puts what was found out into the form of docs/verify.md. What is not known is `undefined`, which
 * JSON leaves out.
 */
export function buildVerifyItem(outcome: VerifyOutcome) {
	const { provider, place, transport = 'smtp', stages, durationMs, checkedAtMs } = outcome;
	const { parameters, tls } = stages;
	const failure = firstFailure(stages);
	const warnings = findWarnings(stages, provider, checkedAtMs);
	return {
		// One line for people; stands first, so that n8n's table begins with it.
		summary: summarize(stages, warnings.length, checkedAtMs),
		status: failure === undefined ? 'ok' : 'failed',
		failure,
		warnings,
		from: parameters.kind === 'ok' ? parameters.facts.from : undefined,
		...place,
		provider,
		transport,
		tlsVerified: tls.kind === 'skipped' ? undefined : tls.facts?.isVerified,
		durationMs,
		checkedAt: new Date(checkedAtMs).toISOString(),
		stages: VERIFY_STAGES.map((stage) => stageItem(stage, stages, checkedAtMs)),
	};
}

/** The stages in one sentence: "Stages: parameters, token passed; dns failed; connect, … not tried." */
export function describeStages(stages: VerifyStages): string {
	const words = { ok: 'passed', failed: 'failed', skipped: 'not tried' } as const;
	const groups = (['ok', 'failed', 'skipped'] as const).flatMap((kind) => {
		const names = VERIFY_STAGES.filter((stage) => stages[stage].kind === kind);
		return names.length === 0 ? [] : [`${names.join(', ')} ${words[kind]}`];
	});
	return `Stages: ${groups.join('; ')}.`;
}
