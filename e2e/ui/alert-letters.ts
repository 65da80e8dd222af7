import { alertLetter } from '../../nodes/SmtpOAuthSendEmail/alerting/mail/alert-letter.js';
import { digestLetter } from '../../nodes/SmtpOAuthSendEmail/alerting/mail/digest-letter.js';
import type { Letter } from '../../nodes/SmtpOAuthSendEmail/alerting/mail/letter.js';
import { localTime } from '../../nodes/SmtpOAuthSendEmail/alerting/mail/show-time.js';
import { emptyState } from '../../nodes/SmtpOAuthSendEmail/alerting/problems/alert-state.js';
import { collectDigest } from '../../nodes/SmtpOAuthSendEmail/alerting/problems/collect-digest.js';
import { recordOccurrence } from '../../nodes/SmtpOAuthSendEmail/alerting/problems/record.js';
import { readErrorItem } from '../../nodes/SmtpOAuthSendEmail/alerting/reading/read-error-item.js';

const time = localTime('Europe/Berlin');
const AT = Date.UTC(2026, 10, 28, 6, 21, 26);
const MINUTE = 60_000;

const place = {
	workflow: { id: 'wf9', name: 'Alerts' },
	previousNode: '',
	execution: { id: '9', url: '', mode: 'error', retryOf: '' },
};

const item = {
	execution: {
		id: '231',
		url: 'https://n8n.example.com/workflow/gN3tCkaA/executions/231',
		mode: 'trigger',
		lastNodeExecuted: 'Insert Rows',
		error: {
			name: 'NodeApiError',
			httpCode: '503',
			message: 'The service is not available: the database takes no more connections',
			description:
				'The server said: &quot;too many clients already&quot;. Ask <a href="https://status.example.com">the status page</a>, or <dba@example.com>.',
			stack: [
				'NodeApiError: The service is not available: the database takes no more connections',
				'    at Postgres.execute (/usr/local/lib/node_modules/n8n/dist/nodes/Postgres/Postgres.node.js:118:21)',
				'    at WorkflowExecute.runNode (/usr/local/lib/node_modules/n8n-core/dist/execution-engine/workflow-execute.js:1204:32)',
				'    at processTicksAndRejections (node:internal/process/task_queues:95:5)',
			].join('\n'),
		},
	},
	workflow: { id: 'gN3tCkaA', name: 'Nightly import' },
};

/** An alert with everything in it. */
export const ALERT_LETTER: Letter = alertLetter(
	{
		report: readErrorItem({ json: item }, place),
		severity: 'error',
		introduction: 'Runbook: https://wiki.example.com/nightly-import',
		includeStack: true,
		item: undefined,
		atMs: AT,
		occurrences: 38,
		held: 37,
		heldSinceMs: AT - 58 * MINUTE,
		firstSeenAtMs: AT - 61 * MINUTE,
		heldUntilMs: AT + 60 * MINUTE,
		capped: { count: 4, sinceMs: AT - 20 * MINUTE, maxPerHour: 20 },
		fingerprint: 'v1-5f0c1a9be3d2774a1c06',
	},
	time,
);

function sampleDigest(): Letter {
	const state = emptyState('sample');
	const add = (
		title: string,
		workflow: string,
		node: string,
		count: number,
		agoMinutes: number,
	) => {
		const severity = count > 100 ? 'critical' : count > 10 ? 'error' : 'warning';
		const lastUrl = item.execution.url;
		recordOccurrence(
			state,
			{ id: 'a', name: 'Send Alert' },
			{ fingerprint: title, title, workflow, node, severity, lastMessage: title, lastUrl, count },
			AT - agoMinutes * MINUTE,
		);
	};
	add(
		'The service is not available: the database takes no more connections',
		'Nightly import',
		'Insert Rows',
		151,
		7,
	);
	add('Request failed with status code 429', 'Price watch', 'HTTP Request', 37, 12);
	add('Row 4711: invalid value "n/a" for "price"', 'Price watch', 'Check Rows', 2, 200);
	return digestLetter(collectDigest(state, 120 * MINUTE, AT), 'Alerts', undefined, time);
}

/** A digest with held problems and one that is quiet again. */
export const DIGEST_LETTER: Letter = sampleDigest();
