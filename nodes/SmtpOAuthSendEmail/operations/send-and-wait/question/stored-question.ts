import { parseJson } from '../../../untrusted/parse-json';
import type { OpenQuestion } from './question';

/** The version of the stored form; another one cannot be read. */
const VERSION = 1;

/** Where the open question lies in n8n's node context, which is stored with a waiting execution. */
export const QUESTION_KEY = 'smtpOAuthQuestion';

/** An open question as one text, for n8n's node context. */
export function storeQuestion(open: OpenQuestion): string {
	return JSON.stringify({ version: VERSION, ...open });
}

function isStored(value: unknown): value is OpenQuestion & { readonly version: number } {
	return (
		typeof value === 'object' &&
		value !== null &&
		'version' in value &&
		value.version === VERSION &&
		'respondents' in value &&
		Array.isArray(value.respondents) &&
		'question' in value &&
		typeof value.question === 'object' &&
		value.question !== null &&
		'response' in value.question
	);
}

/** What `storeQuestion` has written; `undefined` where it is something else. */
export function readStoredQuestion(stored: unknown): OpenQuestion | undefined {
	if (typeof stored !== 'string') return undefined;
	const value = parseJson(stored);
	return isStored(value) ? value : undefined;
}
