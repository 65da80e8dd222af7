/** What the command line can ask of a demo; each looks at what concerns it. */
export interface DemoOptions {
	/** Print whole items where a table would do. */
	readonly showsItems: boolean;
	/** Show the mails in a browser afterwards. */
	readonly opensInbox: boolean;
}
