import { daysUntil } from './verify-details';
import { firstFailure, VERIFY_STAGES, type StageFacts, type VerifyStages } from './verify-report';

function countOf(count: number, noun: string): string {
	return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Names in a sentence: "token", "token and auth", "token, tls and auth". */
function listOf(names: readonly string[]): string {
	const last = names.at(-1) ?? '';
	return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function tellToken({ isRenewable }: StageFacts['token']): string {
	return isRenewable ? 'token renews itself' : 'token cannot be renewed';
}

function tellCertificate({ isVerified, certificate }: StageFacts['tls'], nowMs: number): string[] {
	if (!isVerified) return ['certificate not trusted'];
	if (certificate === undefined) return [];
	const daysLeft = daysUntil(certificate.validUntilMs, nowMs);
	return Number.isFinite(daysLeft) ? [`certificate good for ${countOf(daysLeft, 'day')}`] : [];
}

/**
 * What became of a check, in one line that stands first in the item: "All 8 checks passed; token
 * renews itself; certificate good for 29 days." Of a failed one, where it failed, and why.
 *
 * @param warnings how many there are
 * @param nowMs Unix ms
 */
export function summarize(stages: VerifyStages, warnings: number, nowMs: number): string {
	const failure = firstFailure(stages);
	if (failure !== undefined) {
		const failed = VERIFY_STAGES.filter((stage) => stages[stage].kind === 'failed');
		return `Failed at ${listOf(failed)}: ${failure.message}`;
	}
	const passed = VERIFY_STAGES.filter((stage) => stages[stage].kind === 'ok').length;
	const { token, tls } = stages;
	const parts = [
		passed === 1 ? 'The check passed' : `All ${String(passed)} checks passed`,
		...(token.kind === 'ok' ? [tellToken(token.facts)] : []),
		...(tls.kind === 'ok' ? tellCertificate(tls.facts, nowMs) : []),
		...(warnings === 0 ? [] : [countOf(warnings, 'warning')]),
	];
	return `${parts.join('; ')}.`;
}
