@NullMarked
package ai.ipai.governance.access;

import org.jspecify.annotations.NullMarked;
