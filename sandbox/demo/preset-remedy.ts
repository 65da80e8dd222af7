import { createRequire } from 'node:module';
import type { IDataObject } from 'n8n-workflow';

const require = createRequire(import.meta.url);
const { classifyFailure } =
	require('../../dist/nodes/SmtpOAuthSendEmail/failure/classify.js') as typeof import('../../nodes/SmtpOAuthSendEmail/failure/classify.js');

/**
 * What the built node advises a mailbox of Microsoft 365 to do about a reply: its presets are for
 * servers that no sandbox can stand in for.
 *
 * @param item the failed status item of the same reply from another server
 */
export function microsoftRemedy(item: IDataObject, user: string): string {
	const { stage } = Object(item['failure']) as { stage: 'auth' | 'reply' };
	return classifyFailure(
		{ response: item['response'] },
		{ provider: 'microsoft365', stage, host: 'smtp.office365.com', port: 587, user },
	).remedy;
}
