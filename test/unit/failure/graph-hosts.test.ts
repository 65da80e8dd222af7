import { expect, it } from 'vitest';
import { MICROSOFT_CLOUDS } from '../../../credentials/providers/microsoft-clouds.js';
import {
	classifyGraphAnswer,
	classifyGraphFault,
} from '../../../nodes/SmtpOAuthSendEmail/failure/classify-graph.js';
import { readApiAnswer } from '../../../nodes/SmtpOAuthSendEmail/failure/evidence/api-answer.js';

const BLOCKED = { code: 'SSRF_BLOCKED', name: 'SsrfBlockedHostnameError', message: 'blocked' };

it.each(Object.entries(MICROSOFT_CLOUDS))(
	'a way out that is blocked is to be opened for the hosts of the cloud %s',
	(_cloud, { graphHost, outlookHost }) => {
		const context = {
			stage: 'connect',
			provider: 'microsoft365',
			host: graphHost,
			deliverVia: 'graph',
		} as const;
		const right = { isApplication: true, permission: 'Mail.Send' } as const;
		const byProxy = readApiAnswer({ status: 403, headers: {}, body: '<h1>Forbidden</h1>' }, 0);
		for (const failure of [
			classifyGraphAnswer(byProxy, context, right),
			classifyGraphFault(Object.assign(new Error('blocked'), BLOCKED), context),
		]) {
			expect(failure.code).toBe('EGRESS_BLOCKED');
			expect(failure.remedy).toContain(`${graphHost} and ${outlookHost}`);
		}
	},
);
