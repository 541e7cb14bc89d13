@NullMarked
package ai.ipai.governance.policy;

import org.jspecify.annotations.NullMarked;
