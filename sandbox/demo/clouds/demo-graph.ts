import { runTrusting } from './trusting-process.js';

/**
 * `npm run demo -- graph`: an application mails by Microsoft Graph, set up as an administrator would.
 * Resolves with what is wrong with the result, if anything.
 */
export async function demoGraph(): Promise<string[]> {
	return await runTrusting('demo-graph-steps.ts');
}
