import { readProperty } from '../../untrusted/read-property';
import { safeText } from '../../untrusted/redact';
import { readErrorFacts } from './error-facts';
import type {
	EarlierAlert,
	ErrorReport,
	ReportedExecution,
	ReportedWorkflow,
} from './error-report';
import { isObject, readText } from './read-text';
import { showable } from './show-item';

/** An input item as n8n gives it. */
export interface ErrorItem {
	readonly json: unknown;
	/** What some nodes set beside `json`. */
	readonly error?: unknown;
}

/** Where the items are read: what an item that says nothing of it is taken to mean. */
export interface ReadingPlace {
	readonly workflow: ReportedWorkflow;
	/** The node that the items come from; empty where that is not known. */
	readonly previousNode: string;
	/** The execution that is running. */
	readonly execution: ReportedExecution;
}

const STATUSES: ReadonlySet<unknown> = new Set([
	'failed',
	'unknown',
	'partial',
	'sent',
	'held',
	'skipped',
	'ok',
]);

/** A status item of this node: what it says of a failure. */
function isStatusItem(value: unknown): value is object {
	return (
		isObject(value) &&
		STATUSES.has(readProperty(value, 'status')) &&
		(isObject(readProperty(value, 'failure')) || Array.isArray(readProperty(value, 'accepted')))
	);
}

function readWorkflow(value: unknown, fallback: ReportedWorkflow): ReportedWorkflow {
	const id = readText(value, 'id');
	const name = readText(value, 'name');
	return { id, name: name !== '' ? name : id !== '' ? id : fallback.name };
}

function readExecution(execution: object): ReportedExecution {
	return {
		id: readText(execution, 'id'),
		url: readText(execution, 'url'),
		mode: readText(execution, 'mode'),
		retryOf: readText(execution, 'retryOf'),
	};
}

/** Of an alert that an earlier node could not send: why. */
function earlierAlertOf(json: unknown): EarlierAlert | undefined {
	const error = readProperty(json, 'error');
	if (!isStatusItem(error) || !isObject(readProperty(error, 'alert'))) return undefined;
	const message = readText(readProperty(error, 'failure'), 'message');
	return { message: message === '' ? readText(json, 'message') : message };
}

/** An item of an Error Trigger; `undefined` for others. */
function readErrorTriggerItem(json: unknown, place: ReadingPlace): ErrorReport | undefined {
	const execution = readProperty(json, 'execution');
	const trigger = readProperty(json, 'trigger');
	const workflow = readProperty(json, 'workflow');
	if (!isObject(workflow)) return undefined;
	const source = isObject(execution) ? execution : trigger;
	if (!isObject(source)) return undefined;
	const error = readErrorFacts(readProperty(source, 'error'));
	const last = readText(source, 'lastNodeExecuted');
	return {
		...error,
		shape: source === execution ? 'execution' : 'trigger',
		workflow: readWorkflow(workflow, place.workflow),
		node: last === '' ? error.node : last,
		execution: readExecution(source),
		earlierAlert: earlierAlertOf(json),
	};
}

/** A status item of this node, which is itself the item or the `error` of one. */
function readStatusItem(
	item: object,
	shape: 'errorOutput' | 'statusItem',
	place: ReadingPlace,
): ErrorReport {
	const failure = readProperty(item, 'failure');
	const facts = readErrorFacts(
		isObject(failure) ? failure : readText(item, 'summary') || readText(item, 'response'),
	);
	const { workflow, previousNode, execution } = place;
	const alert = readProperty(item, 'alert');
	const remedy = readText(failure, 'remedy');
	if (!isObject(alert)) {
		return {
			...facts,
			description: remedy,
			shape,
			workflow,
			node: previousNode,
			execution,
			earlierAlert: undefined,
		};
	}
	// An alert that was not sent: what it would have said counts, and why it was not sent.
	return {
		...facts,
		errorClass: '',
		code: '',
		message: readText(alert, 'title') || facts.message,
		shape,
		workflow: { id: '', name: readText(alert, 'workflow') || workflow.name },
		node: readText(alert, 'node'),
		execution,
		earlierAlert: { message: facts.message },
	};
}

const MAX_PLAIN_LENGTH = 300;

/** An item of no known form, in one line: `host: db1, cpu: 97`. */
function describePlain(json: unknown): string {
	const shown = showable(json);
	if (!isObject(shown)) return safeText(shown, MAX_PLAIN_LENGTH);
	const entries: [string, unknown][] = Object.entries(shown);
	const parts = entries.slice(0, 8).map(([key, value]) => `${key}: ${safeText(value, 80)}`);
	return parts.join(', ').slice(0, MAX_PLAIN_LENGTH);
}

function readPlainItem(
	json: unknown,
	{ workflow, previousNode, execution }: ReadingPlace,
): ErrorReport {
	const message = readText(json, 'message').trim();
	const described = message === '' ? describePlain(json) : message;
	return {
		...readErrorFacts(described === '' ? 'An item without content' : described),
		shape: 'plain',
		workflow,
		node: previousNode,
		execution,
		earlierAlert: undefined,
	};
}

/**
 * Reads what an item says of a failure. Known forms are those of n8n's Error Trigger (an execution or
 * a trigger failed), of error outputs (`error` is a text, an error or an object), and the status items
 * of this node. Of any other item its fields are the message. Never throws.
 */
export function readErrorItem(
	{ json, error: beside }: ErrorItem,
	place: ReadingPlace,
): ErrorReport {
	const ofTrigger = readErrorTriggerItem(json, place);
	if (ofTrigger !== undefined) return ofTrigger;
	if (isStatusItem(json)) return readStatusItem(json, 'statusItem', place);
	const within = readProperty(json, 'error');
	if (isStatusItem(within)) return readStatusItem(within, 'errorOutput', place);
	// What stands beside `json` is the whole error, of which n8n puts the message into `json`.
	const error = isObject(beside) ? beside : within;
	const isError = isObject(error) || (typeof error === 'string' && error.trim() !== '');
	if (!isError) return readPlainItem(json, place);
	const { workflow, previousNode, execution } = place;
	const facts = readErrorFacts(error);
	return {
		...facts,
		shape: 'errorOutput',
		workflow,
		node: previousNode === '' ? facts.node : previousNode,
		execution,
		earlierAlert: undefined,
	};
}
