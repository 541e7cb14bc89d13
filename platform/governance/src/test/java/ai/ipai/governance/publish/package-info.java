@NullMarked
package ai.ipai.governance.publish;

import org.jspecify.annotations.NullMarked;
