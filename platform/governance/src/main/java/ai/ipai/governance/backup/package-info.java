/** Backup of an embedded installation and its restore. */
@NullMarked
package ai.ipai.governance.backup;

import org.jspecify.annotations.NullMarked;
