/**
 * The workspace: a folder under version control that declares what the platform does. Reads it
 * whole, checks it against the shipped schemas and against itself, shows what applying it would
 * change and applies it, all or nothing.
 */
@NullMarked
package ai.ipai.governance.workspace;

import org.jspecify.annotations.NullMarked;
