@NullMarked
package ai.ipai.governance.identity;

import org.jspecify.annotations.NullMarked;
