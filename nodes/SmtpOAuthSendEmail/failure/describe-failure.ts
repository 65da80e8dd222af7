import { MICROSOFT_CLOUDS } from '../../../credentials/providers/microsoft-clouds';
import { CATALOGUE } from './catalogue/catalogue';
import { ACCOUNT_ENTRIES } from './catalogue/catalogue-account';
import type { CatalogueEntry } from './catalogue/catalogue-entry';
import { MESSAGE_ENTRIES } from './catalogue/catalogue-message';
import { docsAddress } from './catalogue/docs-address';
import type { Failure, FailureContext, FailureDraft } from './model/failure';
import { fillTemplate, formatDuration } from './fill-template';
import { joinWords, MAX_WORDS_LENGTH, type Speaker } from './quoted-words';
import { quoteSafely, redact } from '../untrusted/redact';
import { serverProvider } from './rules/smtp/server-provider';

/** As the texts have it; each of Microsoft's clouds has its own. */
const USUAL_ADMIN_CENTER = MICROSOFT_CLOUDS.global.adminCenter;

/** Long enough for every text of the catalogue with names filled in. */
const MAX_TEXT_LENGTH = 1_500;

/** Words for the failure that come from outside. */
export interface ForeignWords {
	readonly speaker: Speaker;
	/** Whole: a shortened text may end in half a secret that nothing recognizes. */
	readonly text: string;
}

/** The server's own wait in place of the usual one, so that one sentence does not contradict the next. */
function sayWait(remedy: string, toldWaitMs: number | undefined): string {
	if (toldWaitMs === undefined) return remedy;
	const rest = remedy.replace(/^Wait [^.]*\.\s*/, '');
	return `Wait ${formatDuration(toldWaitMs)}, as the server says, then send again. ${rest}`.trim();
}

/**
 * The failure of a draft: the catalogue's texts filled in, everything redacted. Pure; never throws.
 *
 * @param words what n8n or a server said of it
 * @param codes of the server's answer
 */
export function describeFailure(
	draft: FailureDraft,
	context: FailureContext,
	words?: ForeignWords,
	codes?: Pick<Failure, 'replyCode' | 'enhancedStatusCode' | 'httpStatus'>,
): Failure {
	const entry: CatalogueEntry = CATALOGUE[draft.code];
	const secrets = context.secrets ?? [];
	const remedies: Readonly<Record<string, string>> = entry.remedyFor ?? {};
	// Remedies for tokens and connections speak of the credential's own fields.
	const isOfServer =
		Object.hasOwn(ACCOUNT_ENTRIES, draft.code) || Object.hasOwn(MESSAGE_ENTRIES, draft.code);
	const provider = isOfServer ? serverProvider(context) : context.provider;
	const ownRemedy = Object.hasOwn(remedies, provider) ? remedies[provider] : undefined;
	const { adminCenter = USUAL_ADMIN_CENTER } = context;
	const clean = (text: string): string =>
		quoteSafely(
			fillTemplate(text.replaceAll(USUAL_ADMIN_CENTER, adminCenter), context),
			secrets,
			MAX_TEXT_LENGTH,
		);

	const literal =
		draft.detail === undefined ? undefined : quoteSafely(draft.detail, secrets, MAX_TEXT_LENGTH);
	const own = (text: string | undefined): string | undefined => {
		if (text === undefined) return undefined;
		return literal === undefined ? clean(text) : quoteSafely(text, secrets, MAX_TEXT_LENGTH);
	};

	const plain =
		(literal?.trim() === '' ? undefined : literal) ?? own(draft.message) ?? clean(entry.message);
	const message =
		words === undefined
			? plain
			: joinWords(plain, words.speaker, quoteSafely(words.text, secrets, MAX_WORDS_LENGTH));
	const retryable = draft.retryable ?? entry.retryable;
	const retryAfterMs = draft.retryAfterMs ?? entry.retryAfterMs ?? 0;
	return {
		code: draft.code,
		cause: draft.cause ?? entry.cause,
		stage: context.stage,
		message: redact(message, secrets),
		remedy: sayWait(
			(draft.yieldsToProvider === true ? own(ownRemedy) : undefined) ??
				own(draft.remedy) ??
				clean(ownRemedy ?? entry.remedy),
			draft.toldWaitMs,
		),
		retryable,
		...(retryable && retryAfterMs > 0 ? { retryAfterMs } : {}),
		...codes,
		docs: docsAddress(draft.code),
	};
}
