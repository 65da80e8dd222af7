import { parseJson } from '../../../untrusted/parse-json';
import { readProperty } from '../../../untrusted/read-property';
import type { OpenQuestion } from './question';

/** The version of the stored form; another one cannot be read. */
const VERSION = 1;

/** Where the open question lies in n8n's node context, which is stored with a waiting execution. */
export const QUESTION_KEY = 'smtpOAuthQuestion';

/** An open question as one text, for n8n's node context. */
export function storeQuestion(open: OpenQuestion): string {
	return JSON.stringify({ version: VERSION, ...open });
}

function isStored(value: unknown): value is OpenQuestion {
	const response = readProperty(readProperty(value, 'question'), 'response');
	return (
		readProperty(value, 'version') === VERSION &&
		Array.isArray(readProperty(value, 'respondents')) &&
		response !== undefined
	);
}

/** What `storeQuestion` has written; `undefined` where it is something else. */
export function readStoredQuestion(stored: unknown): OpenQuestion | undefined {
	const value = typeof stored === 'string' ? parseJson(stored) : undefined;
	return isStored(value) ? value : undefined;
}
