import { reservePort } from './free-port.js';

/**
 * The environment variables of an n8n for tests: nothing is saved unless a test says so, every
 * execution is kept, and the clock is the same everywhere.
 */
export const TEST_SETTINGS = {
	N8N_WORKFLOWS_AUTOSAVE_DISABLED: 'true',
	EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
	EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
	EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
	GENERIC_TIMEZONE: 'Etc/UTC',
} as const;

/**
 * The environment variables of an n8n for a person who tries the package: n8n's own defaults, in the
 * time zone of this machine. The AI assistant is off, since it would be the first page after the
 * sign-in and has no model to talk to.
 *
 * @param version n8n's version
 */
export function settingsForPerson(version: string): Record<string, string> {
	const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
	return {
		// The name that n8n's list of time zones has for it.
		GENERIC_TIMEZONE: timeZone === 'UTC' ? 'Etc/UTC' : timeZone,
		...(isFirstMajor(version) ? {} : { N8N_DISABLED_MODULES: 'mcp-registry,instance-ai' }),
	};
}

/**
 * What every n8n here has in common: on loopback, silent towards the internet, and with community
 * packages as they were installed into its folder.
 *
 * @param version n8n's version
 * @param port the editor's port; of a worker, which has no editor, any
 */
export async function settingsFor(
	version: string,
	userFolder: string,
	port: number,
): Promise<Record<string, string>> {
	return {
		N8N_USER_FOLDER: userFolder,
		N8N_HOST: 'localhost',
		N8N_PORT: String(port),
		N8N_PROTOCOL: 'http',
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		DB_SQLITE_POOL_SIZE: '2',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		N8N_RUNNERS_ENABLED: 'true',
		N8N_RUNNERS_BROKER_PORT: String(await reservePort(0)),
		N8N_PYTHON_ENABLED: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		N8N_LOG_LEVEL: 'info',
		// Community packages load, but n8n neither looks for others nor replaces ours.
		N8N_COMMUNITY_PACKAGES_ENABLED: 'true',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_REINSTALL_MISSING_PACKAGES: 'false',
		// Everything that would call home, or put a dialog over the editor.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		...(isFirstMajor(version) ? {} : { N8N_DISABLED_MODULES: 'mcp-registry' }),
		N8N_LICENSE_SERVER_URL: 'http://127.0.0.1:9',
	};
}

function isFirstMajor(version: string): boolean {
	return version.startsWith('1.');
}
