import type { Failure } from '../failure/model/failure';
import { describeStage } from './verify-details';
import { firstFailure, VERIFY_STAGES, type VerifyStage, type VerifyStages } from './verify-report';
import { summarize } from './verify-summary';
import { findWarnings, type VerifyWarning } from './verify-warnings';

/** One stage of a verify item. */
export interface VerifyStageItem {
	readonly stage: VerifyStage;
	/** Whether it was tried and went well. */
	readonly ok: boolean;
	/** Whether it was not tried; missing where it was. */
	readonly skipped?: true;
	readonly durationMs: number;
	/** A sentence: what was found out, what failed, or why it was not tried. */
	readonly detail: string;
	readonly facts?: Readonly<Record<string, unknown>>;
	readonly failure?: Failure;
}

/** The server and the mailbox, as far as the credential could be read. */
export interface VerifiedPlace {
	readonly host: string;
	readonly port: number;
	readonly sslMode: 'implicit' | 'explicit';
	readonly user: string;
}

/** What `verify` found out about one item's credential and sender. */
export interface VerifyOutcome {
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	readonly place?: VerifiedPlace;
	/** Default `smtp`. */
	readonly transport?: string;
	readonly stages: VerifyStages;
	readonly durationMs: number;
	/** Unix ms. */
	readonly checkedAtMs: number;
}

/** The `json` of an output item of the operation `verify`. */
export interface VerifyItem extends Partial<VerifiedPlace> {
	/** One line for people; stands first, so that n8n's table begins with it. */
	readonly summary: string;
	readonly status: 'ok' | 'failed';
	/** That of the first stage that failed. */
	readonly failure?: Failure;
	/** What works now and will break soon; empty where nothing will, as far as can be seen. */
	readonly warnings: readonly VerifyWarning[];
	/** MAIL FROM. */
	readonly from?: string;
	readonly provider: string;
	readonly transport: string;
	readonly tlsVerified?: boolean;
	readonly durationMs: number;
	/** ISO 8601. */
	readonly checkedAt: string;
	/** All of them, in order. */
	readonly stages: readonly VerifyStageItem[];
}

function stageItem(stage: VerifyStage, stages: VerifyStages, nowMs: number): VerifyStageItem {
	const result = stages[stage];
	const { durationMs } = result;
	const known = describeStage(stage, result, nowMs);
	switch (result.kind) {
		case 'ok':
			return { stage, ok: true, durationMs, detail: '', ...known };
		case 'failed': {
			const { failure } = result;
			const facts = known === undefined ? {} : { facts: known.facts };
			return { stage, ok: false, durationMs, detail: failure.message, ...facts, failure };
		}
		case 'skipped':
			return { stage, ok: false, skipped: true, durationMs, detail: `Not tried: ${result.reason}` };
		default: {
			const unreachable: never = result;
			return unreachable;
		}
	}
}

/** Puts what was found out into the form of docs/verify.md; what is not known is left out. */
export function buildVerifyItem(outcome: VerifyOutcome): VerifyItem {
	const { provider, place, transport = 'smtp', stages, durationMs, checkedAtMs } = outcome;
	const { parameters, tls } = stages;
	const failure = firstFailure(stages);
	const tlsFacts = tls.kind === 'skipped' ? undefined : tls.facts;
	const warnings = findWarnings(stages, provider, checkedAtMs);
	return {
		summary: summarize(stages, warnings.length, checkedAtMs),
		status: failure === undefined ? 'ok' : 'failed',
		...(failure === undefined ? {} : { failure }),
		warnings,
		...(parameters.kind === 'ok' ? { from: parameters.facts.from } : {}),
		...place,
		provider,
		transport,
		...(tlsFacts === undefined ? {} : { tlsVerified: tlsFacts.isVerified }),
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
