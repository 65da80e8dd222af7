import { runTrusting } from './trusting-process.js';

/**
 * `npm run demo -- gmail`: a person and a service account mail by the Gmail API. Resolves with what is
 * wrong with the result, if anything.
 */
export async function demoGmail(): Promise<string[]> {
	return await runTrusting('demo-gmail-steps.ts');
}
