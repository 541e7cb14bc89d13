/**
 * Spec kits: every feature says what it promises, how it is built, what was done and which test
 * proves it. Reads them, and reports every place where the chain from requirement to task to test
 * is broken. Knows files only, no database.
 */
@NullMarked
package ai.ipai.governance.spec;

import org.jspecify.annotations.NullMarked;
