/** Identity, securables, policies, decisions, vault, audit. */
@NullMarked
package ai.ipai.governance;

import org.jspecify.annotations.NullMarked;
