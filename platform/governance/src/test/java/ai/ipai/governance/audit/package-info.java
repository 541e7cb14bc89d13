@NullMarked
package ai.ipai.governance.audit;

import org.jspecify.annotations.NullMarked;
