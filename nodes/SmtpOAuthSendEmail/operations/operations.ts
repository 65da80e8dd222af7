import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { reply } from './reply/reply';
import { replyProperties } from './reply/reply-properties';
import { alert } from './alert/alert';
import { alertProperties } from './alert/alert-properties';
import { alertDigest } from './alert-digest/alert-digest';
import { alertDigestProperties } from './alert-digest/alert-digest-properties';
import { send } from './send/send';
import { sendAndWaitProperties } from './send-and-wait/properties/send-and-wait-properties';
import { sendAndWait } from './send-and-wait/send-and-wait';
import { sendProperties } from './send/send-properties';
import { verify } from './verify/verify';
import { verifyProperties } from './verify/verify-properties';

/** What the node can do, as the table holds it. */
export interface OperationRow {
	/** In the list of the parameter "Operation". */
	readonly name: string;
	readonly description: string;
	/** In the editor's list of actions. */
	readonly action: string;
	/** The line below the node's name on the canvas: the inside of an expression on `$parameter`. */
	readonly subtitle: string;
	/** The parameters that it has besides "Operation". */
	readonly properties: readonly INodeProperties[];
	/** Does it: for all input items, one output item each. */
	run(functions: IExecuteFunctions): Promise<INodeExecutionData[][]>;
}

/**
 * Everything that the node can do, by the value of the parameter "Operation". A workflow that names
 * none means the first. To add one, add its folder and its row.
 */
export const OPERATIONS = {
	send: {
		name: 'Send',
		description: 'Send an email and output its status',
		action: 'Send an email',
		subtitle: '$parameter["toEmail"]',
		properties: sendProperties,
		run: send,
	},
	reply: {
		name: 'Reply',
		description: 'Answer the message that the input item holds, in its thread',
		action: 'Reply to a message',
		subtitle: '$parameter["toEmail"] || "Reply"',
		properties: replyProperties,
		run: reply,
	},
	sendAndWait: {
		name: 'Send and Wait for Response',
		description: 'Ask for an approval or an answer by email, and wait for it',
		action: 'Send an email and wait for the response',
		subtitle: '"Wait for " + ($parameter["toEmail"] || "")',
		properties: sendAndWaitProperties,
		run: sendAndWait,
	},
	alert: {
		name: 'Send Alert',
		description: 'Send an email about a failure, and count its repetitions instead of mailing each',
		action: 'Send an alert',
		subtitle: '"Alert " + $parameter["toEmail"]',
		properties: alertProperties,
		run: alert,
	},
	alertDigest: {
		name: 'Send Alert Digest',
		description: 'Send an email that lists what the alerts of this workflow have held back',
		action: 'Send a digest of alerts',
		subtitle: '"Alert digest " + $parameter["toEmail"]',
		properties: alertDigestProperties,
		run: alertDigest,
	},
	verify: {
		name: 'Verify',
		description: 'Check credential, server and sender without sending anything',
		action: 'Verify a mailbox',
		subtitle: '"Verify " + ($parameter["fromEmail"] || "")',
		properties: verifyProperties,
		run: verify,
	},
} satisfies Readonly<Record<string, OperationRow>>;

/** A value of the parameter "Operation". */
export type Operation = keyof typeof OPERATIONS;
