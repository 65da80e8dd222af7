import { posix } from 'node:path';

const NODE = 'nodes/SmtpOAuthSendEmail';

/**
 * Every room and the rooms that it may know; a room is a folder, without the folders in it. `node` is
 * the folder of the node itself, the other names without a folder before them lie in it.
 * `house/arrows` holds them in the linter; `test/package/rooms.test.ts` finds those that nobody uses.
 */
export const ROOMS = {
	auth: [
		'credentials/checks',
		'credentials/providers',
		'failure',
		'failure/evidence',
		'failure/model',
		'failure/rules/sign-in',
		'registry',
		'result',
		'timing',
		'untrusted',
	],
	delivery: [
		'failure',
		'failure/catalogue',
		'failure/model',
		'message',
		'message/fields',
		'registry',
		'status',
		'untrusted',
	],
	failure: [
		'credentials/providers',
		'failure/catalogue',
		'failure/evidence',
		'failure/model',
		'failure/rules/graph',
		'failure/rules/network',
		'failure/rules/sign-in',
		'failure/rules/smtp',
		'untrusted',
	],
	'failure/catalogue': [],
	'failure/evidence': ['untrusted'],
	'failure/model': ['credentials/providers', 'failure/catalogue', 'untrusted'],
	'failure/rules/graph': [
		'credentials/providers',
		'failure/catalogue',
		'failure/model',
		'failure/rules/sign-in',
	],
	'failure/rules/network': [
		'credentials/providers',
		'failure/catalogue',
		'failure/evidence',
		'failure/model',
	],
	'failure/rules/sign-in': [
		'credentials/providers',
		'failure/catalogue',
		'failure/evidence',
		'failure/model',
		'untrusted',
	],
	'failure/rules/smtp': [
		'credentials/providers',
		'failure/catalogue',
		'failure/evidence',
		'failure/model',
		'failure/rules/smtp/tables',
	],
	'failure/rules/smtp/tables': ['failure/catalogue', 'failure/model'],
	message: [
		'message/addresses',
		'message/content',
		'message/encoding',
		'message/fields',
		'message/headers',
	],
	'message/addresses': ['message/fields'],
	'message/content': ['message/fields'],
	'message/encoding': ['message/content', 'message/fields'],
	'message/fields': [],
	'message/headers': ['message/addresses', 'message/fields'],
	node: ['operations'],
	operations: [
		'failure',
		'operations/reply',
		'operations/send',
		'operations/shared',
		'operations/verify',
	],
	'operations/host': [
		'auth',
		'credentials/checks',
		'credentials/providers',
		'delivery',
		'failure/model',
		'message/content',
		'transport',
		'untrusted',
	],
	'operations/reply': [
		'auth',
		'message/addresses',
		'message/fields',
		'operations/reply/composing',
		'operations/reply/originals',
		'operations/shared',
		'status',
	],
	'operations/reply/composing': [
		'message/addresses',
		'message/content',
		'operations/reply/originals',
	],
	'operations/reply/originals': ['message/addresses', 'untrusted'],
	'operations/send': ['operations/shared'],
	'operations/send-and-wait/answer': [
		'operations/send-and-wait/forms',
		'operations/send-and-wait/pages',
		'operations/send-and-wait/question',
	],
	'operations/send-and-wait/forms': ['operations/send-and-wait/question', 'untrusted'],
	'operations/send-and-wait/mail': [
		'operations/send-and-wait/markup',
		'operations/send-and-wait/question',
	],
	'operations/send-and-wait/markup': [],
	'operations/send-and-wait/pages': [
		'operations/send-and-wait/forms',
		'operations/send-and-wait/markup',
		'operations/send-and-wait/question',
	],
	'operations/send-and-wait/question': ['untrusted'],
	'operations/shared': [
		'auth',
		'credentials/providers',
		'delivery',
		'failure',
		'failure/model',
		'message',
		'message/content',
		'message/fields',
		'operations/host',
		'registry',
		'result',
		'status',
		'transport',
		'transport/graph',
		'transport/smtp',
		'untrusted',
	],
	'operations/verify': [
		'auth',
		'delivery',
		'failure',
		'failure/model',
		'message/addresses',
		'operations/host',
		'operations/shared',
		'registry',
		'status',
	],
	registry: [],
	result: [],
	status: ['failure/model', 'failure/rules/sign-in', 'message/fields', 'untrusted'],
	timing: [],
	transport: [
		'auth',
		'failure',
		'failure/model',
		'message',
		'message/fields',
		'registry',
		'result',
		'status',
		'timing',
		'untrusted',
	],
	'transport/graph': [
		'auth',
		'failure',
		'failure/catalogue',
		'failure/evidence',
		'failure/model',
		'failure/rules/graph',
		'message',
		'message/encoding',
		'message/fields',
		'result',
		'status',
		'timing',
		'transport',
		'untrusted',
	],
	'transport/smtp': [
		'auth',
		'failure',
		'failure/catalogue',
		'failure/evidence',
		'failure/model',
		'failure/rules/smtp',
		'message',
		'registry',
		'result',
		'status',
		'timing',
		'transport',
		'transport/smtp/connection',
		'transport/smtp/pool',
		'transport/smtp/verify',
		'untrusted',
	],
	'transport/smtp/connection': [
		'auth',
		'failure',
		'failure/catalogue',
		'failure/model',
		'failure/rules/smtp',
		'status',
		'timing',
		'transport',
		'untrusted',
	],
	'transport/smtp/pool': [
		'auth',
		'failure',
		'registry',
		'timing',
		'transport',
		'transport/smtp/connection',
	],
	'transport/smtp/verify': [
		'auth',
		'failure',
		'status',
		'transport',
		'transport/smtp/connection',
		'untrusted',
	],
	untrusted: [],
	credentials: ['credentials/properties'],
	'credentials/checks': ['credentials/providers'],
	'credentials/properties': ['credentials/checks', 'credentials/providers'],
	'credentials/providers': [],
	sandbox: [
		'sandbox/accounts',
		'sandbox/entra',
		'sandbox/google',
		'sandbox/graph',
		'sandbox/mail',
		'sandbox/net',
		'sandbox/oauth',
	],
	'sandbox/accounts': [],
	'sandbox/demo': [
		'sandbox',
		'sandbox/entra',
		'sandbox/graph',
		'sandbox/mail',
		'sandbox/n8n',
		'sandbox/net',
	],
	'sandbox/entra': ['sandbox/accounts', 'sandbox/net', 'sandbox/oauth'],
	'sandbox/google': ['sandbox/accounts', 'sandbox/net'],
	'sandbox/graph': ['sandbox/net'],
	'sandbox/inbox': ['sandbox', 'sandbox/mail', 'sandbox/net'],
	'sandbox/mail': ['sandbox/accounts', 'sandbox/net'],
	'sandbox/n8n': ['sandbox'],
	'sandbox/net': [],
	'sandbox/oauth': ['sandbox/accounts', 'sandbox/net'],
};

/**
 * The room of a file, as `ROOMS` names it; `undefined` outside of all rooms.
 *
 * @param {string} file path from the root of the project, with slashes
 */
export function roomOf(file) {
	const folder = posix.dirname(file);
	if (folder === NODE) return 'node';
	if (folder.startsWith(`${NODE}/`)) return folder.slice(NODE.length + 1);
	return /^(?:credentials|sandbox)(?:\/|$)/.test(folder) ? folder : undefined;
}

/**
 * The room that an import leads to; `undefined` for packages and outside of all rooms.
 *
 * @param {string} file path of the importing file from the root of the project, with slashes
 * @param {string} specifier as the import has it
 */
export function roomOfImport(file, specifier) {
	if (!specifier.startsWith('.')) return undefined;
	return roomOf(posix.normalize(posix.join(posix.dirname(file), specifier)));
}
