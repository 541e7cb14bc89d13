@NullMarked
package ai.ipai.governance.audit.seal;

import org.jspecify.annotations.NullMarked;
